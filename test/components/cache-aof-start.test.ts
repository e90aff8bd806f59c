import * as assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tls from 'node:tls';
import { setTimeout as pause } from 'node:timers/promises';
import { aofStart } from '../../components/cache-aof-start';
import { freePort } from '../free-port';
import { needs } from '../needs';

const password = 'Aa1'.repeat(16);
const hostName = 'redis-primary.hotel.example';

/** What the server says to some commands; null while nobody answers. */
function say(port: number, commands: readonly string[][]): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const sent = [['AUTH', password], ...commands, ['QUIT']];
      const text = sent.map(
        (words) =>
          `*${String(words.length)}\r\n${words.map((word) => `$${String(word.length)}\r\n${word}\r\n`).join('')}`,
      );
      socket.write(text.join(''));
    });
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.on('error', () => {
      resolve(null);
    });
    socket.on('close', () => {
      resolve(heard);
    });
  });
}

describe('start of a cache with an append-only file', () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-dr-aof-'));
  const place = { data: path.join(home, 'data'), scratch: path.join(home, 'scratch') };
  let server: ChildProcess | null = null;
  let port = 0;

  const started = async (): Promise<void> => {
    port = await freePort();
    fs.rmSync(place.scratch, { recursive: true, force: true });
    fs.mkdirSync(place.scratch, { recursive: true });
    const script = aofStart(hostName, { ...place, port });
    server = spawn('sh', ['-ec', script], {
      env: { PATH: `${path.join(home, 'bin')}:${String(process.env['PATH'])}`, REDIS_PASSWORD: password },
      stdio: 'ignore',
    });
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const info = await say(port, [['CLUSTER', 'INFO']]);
      if (info?.includes('cluster_state:ok') === true) return;
      await pause(100);
    }
    assert.fail('the cache has not started within 10 s');
  };
  const killed = async (): Promise<void> => {
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };

  before(function () {
    const installed = ['/usr/bin/valkey-server', '/usr/bin/redis-server'].find((file) => fs.existsSync(file));
    if (installed === undefined || !fs.existsSync('/usr/bin/openssl')) {
      needs(this, 'redis-server and openssl', false);
      return;
    }
    for (const folder of ['bin', 'data']) fs.mkdirSync(path.join(home, folder));
    fs.symlinkSync(installed, path.join(home, 'bin', 'valkey-server'));
  });
  after(async () => {
    await killed();
    fs.rmSync(home, { recursive: true, force: true });
  });

  it('is a cluster of one from the first start on, and keeps what it was told a second ago through a kill', async function () {
    this.timeout(40_000);
    await started();
    assert.match(String(await say(port, [['SET', 'room', '101']])), /\+OK\r\n\+OK/);
    await pause(1_500);
    await killed();
    await started();
    assert.match(String(await say(port, [['GET', 'room']])), /101/);
    assert.match(String(await say(port, [['CLUSTER', 'SHARDS']])), new RegExp(hostName));
  });

  it('shows its password to nobody who lists processes or their variables', () => {
    const pid = String(server?.pid);
    const [command, variables] = ['cmdline', 'environ'].map((file) => fs.readFileSync(`/proc/${pid}/${file}`, 'utf8'));
    assert.match(String(command), /(valkey|redis)-server/);
    assert.equal(String(command).includes(password), false);
    assert.equal(String(variables).includes(password), false);
    assert.equal(fs.statSync(path.join(place.scratch, 'server.conf')).mode & 0o077, 0);
  });

  it('rejects whoever does not know the password', async () => {
    const heard = await new Promise<string>((resolve) => {
      const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
        socket.write('PING\r\nQUIT\r\n');
      });
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('close', () => {
        resolve(text);
      });
    });
    assert.match(heard, /NOAUTH/);
  });
});
