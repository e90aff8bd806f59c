import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const root = path.resolve(__dirname, '../..');
const read = (name: string): string => fs.readFileSync(path.join(root, name), 'utf8');

/** What a line `COPY` takes from the build context. */
function copied(dockerfile: string): string[] {
  return dockerfile
    .split('\n')
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(/\s+/).slice(1, -1))
    .filter((name) => name !== '.');
}

describe('image of the toolbox', () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-dr-toolbox-'));
  });
  after(() => {
    fs.rmSync(folder, { recursive: true });
  });

  it('holds our scripts as one file that needs no module beside it', function () {
    this.timeout(60_000);
    const file = path.join(folder, 'main.js');
    const bundled = spawnSync('npm', ['run', '--silent', 'bundle', '--', `--outfile=${file}`], { cwd: root });
    assert.equal(bundled.status, 0, String(bundled.stderr));
    const run = spawnSync(process.execPath, [file, 'nonsense'], { cwd: folder, encoding: 'utf8' });
    assert.match(run.stderr, /error\[argument-invalid\]: no such verb: nonsense/);
    assert.equal(run.status, 2);
  });

  it('is built from a context that lets in what it copies, and no test, result or dependency', () => {
    const [everything, ...allowed] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    assert.equal(everything, '*');
    const open = allowed.map((line) => line.replace(/^!/, ''));
    for (const name of copied(read('toolbox/Dockerfile'))) {
      assert.ok(open.includes(name.split('/')[0] ?? ''), `${name} is copied and ignored`);
      assert.ok(fs.existsSync(path.join(root, name)), `${name} is copied and not there`);
    }
    for (const closed of ['test', 'drills', 'node_modules', 'local', 'infra', '.git']) {
      assert.equal(open.includes(closed), false, closed);
    }
  });

  it('starts the scripts, as nobody that matters', () => {
    const dockerfile = read('toolbox/Dockerfile');
    assert.match(dockerfile, /^USER node$/m);
    assert.match(dockerfile, /^ENTRYPOINT \["node", "\/app\/main\.js"\]$/m);
  });

  it('trusts the authorities of RDS beside the public ones, in the file that every client is told of', () => {
    const dockerfile = read('toolbox/Dockerfile');
    assert.match(dockerfile, /^ADD https:\/\/truststore\.pki\.rds\.amazonaws\.com\/\S+\.pem (\S+)$/m);
    assert.match(dockerfile, /^RUN cat \/etc\/ssl\/certs\/ca-certificates\.crt \/usr\/local\/share\/rds\.pem > (\S+)/m);
    assert.match(dockerfile, /^ENV PGSSLROOTCERT=\/etc\/ssl\/stores\.pem$/m);
  });

  it('can write where its task gives it a folder: Fargate asks the image whose that is', () => {
    const dockerfile = read('toolbox/Dockerfile');
    const [volume = -1, user = -1] = ['VOLUME ["/tmp"]', 'USER node'].map((line) => dockerfile.indexOf(`\n${line}\n`));
    assert.ok(volume > 0 && volume < user);
  });

  it('tries its clients while it is built, so that a missing library is not found on the bad night', () => {
    const dockerfile = read('toolbox/Dockerfile');
    for (const client of ['mysqlbinlog', 'pg_dump', 'pgbackrest', 'valkey-cli', 'age', 'promtool']) {
      assert.match(dockerfile, new RegExp(`^(RUN .*|.*&& )${client} (--)?version`, 'm'), client);
    }
  });
});
