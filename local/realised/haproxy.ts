import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RegionContext, Server } from '../supervisor/part';
import { writeOwned } from './owned-file';

const reloadLimitMs = 10_000;

/**
 * What both uses of HAProxy have in common. After a reload the old worker ends its kept connections with
 * an answer that says so; without a spread it would cut idle ones at once, some with a request on the way.
 */
function globalSection(maxConnections: number): string {
  return `global
  nbthread 1
  maxconn ${String(maxConnections)}
  close-spread-time 30s
  hard-stop-after 60s
  ssl-default-bind-options ssl-min-ver TLSv1.2
`;
}

/** Certificate and key of the machine in one file, as HAProxy wants them. */
export function presentedCertificate(context: RegionContext, folder: string): string {
  const file = path.join(folder, 'server.pem');
  const part = (name: string): string => fs.readFileSync(path.join(context.machine.tlsDir, name), 'utf8');
  writeOwned(file, `${part('server.crt')}\n${part('server.key')}`);
  return file;
}

/**
 * One HAProxy: a master that answers commands on a socket and survives reloads, and its worker. A
 * reload hands the listening sockets to the new worker, so that no connection is refused meanwhile.
 */
export class Haproxy {
  private server: Server | null = null;
  private readonly folder: string;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly context: RegionContext,
    private readonly kind: string,
    folder: string,
    private readonly maxConnections: number,
  ) {
    this.folder = context.folder(folder);
  }

  get running(): boolean {
    return this.server !== null;
  }
  get pid(): number | null {
    return this.server?.pid ?? null;
  }
  get state(): Server['state'] {
    return this.server?.state ?? 'stopped';
  }

  /** Starts with this configuration, or changes over to it. @throws Error with HAProxy's own words about a bad one. */
  apply(sections: string, probe: { host: string; port: number }): Promise<void> {
    return this.inTurn(async () => {
      const draft = path.join(this.folder, 'draft.cfg');
      writeOwned(draft, globalSection(this.maxConnections) + sections);
      await this.context.run('haproxy', ['-c', '-q', '-f', draft]);
      fs.renameSync(draft, this.configFile);
      if (this.server === null) this.server = await this.launch(probe);
      else await this.reload(this.server);
    });
  }

  /** Changes only what a later start reads; the running worker is told by `command`. */
  remember(sections: string): void {
    writeOwned(this.configFile, globalSection(this.maxConnections) + sections);
  }

  /** Asks the current worker. Answers are HAProxy's text; an error is text as well. */
  command(text: string): Promise<string> {
    return this.inTurn(() => this.ask(`@1 ${text}`));
  }

  async stop(): Promise<void> {
    await this.inTurn(async () => {
      await this.server?.stop('SIGTERM', 2_000);
      this.server = null;
    });
  }

  private get configFile(): string {
    return path.join(this.folder, 'haproxy.cfg');
  }
  private get socket(): string {
    return path.join(this.folder, 'm.sock');
  }

  private launch(probe: { host: string; port: number }): Promise<Server> {
    fs.rmSync(this.socket, { force: true });
    return this.context.start({
      kind: this.kind,
      name: 'haproxy',
      command: 'haproxy',
      args: ['-W', '-db', '-f', this.configFile, '-S', `${this.socket},mode,600,level,admin`],
      restart: true,
      ready: () => accepts(probe.host, probe.port),
    });
  }

  private async reload(server: Server): Promise<void> {
    const before = await this.worker();
    server.signal('SIGUSR2');
    const deadline = Date.now() + reloadLimitMs;
    while (Date.now() < deadline) {
      const now = await this.worker().catch(() => null);
      if (now !== null && now !== before) return;
      await pause(20);
    }
    throw new Error(`haproxy of ${this.context.region} did not reload within ${String(reloadLimitMs)} ms`);
  }

  /** Process id of the worker that takes new connections. */
  private async worker(): Promise<string | null> {
    const table = await this.ask('show proc');
    const workers = table.slice(table.indexOf('# workers'), table.indexOf('# old workers') >>> 0);
    return /^(\d+)\s+worker/m.exec(workers)?.[1] ?? null;
  }

  private ask(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const connection = net.connect(this.socket);
      let answer = '';
      connection.setTimeout(5_000, () => connection.destroy(new Error('haproxy does not answer')));
      connection.on('connect', () => connection.end(`${text}\n`));
      connection.on('data', (chunk) => (answer += chunk.toString('utf8')));
      connection.on('error', reject);
      connection.on('close', () => {
        resolve(answer);
      });
    });
  }

  /** One thing at a time: a command in the middle of a reload would reach the worker that is leaving. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work, work);
    this.last = mine.catch(() => undefined);
    return mine;
  }
}

/** True when something accepts connections there. */
export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = net.connect({ host, port, timeout: 500 });
    const end = (answer: boolean) => () => {
      connection.destroy();
      resolve(answer);
    };
    connection.on('connect', end(true)).on('error', end(false)).on('timeout', end(false));
  });
}
