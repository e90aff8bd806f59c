import type { Endpoint, GlobalCalls } from '../api';
import type { Part, RegionContext, Server } from '../supervisor/part';
import { freePorts } from '../supervisor/ports';
import { Serial } from '../supervisor/serial';

/** One way between two regions: with both ways 80 ms, about what lies between the coasts of a continent. */
const latencyMs = 40;
/** 100 Mbit/s. */
const kilobytesPerSecond = 12_500;
const streams = ['upstream', 'downstream'] as const;

interface Door {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly target: Endpoint;
  readonly listen: Endpoint;
}

interface Toxic {
  readonly name: string;
  readonly type: 'latency' | 'bandwidth' | 'timeout';
  readonly stream: (typeof streams)[number];
  readonly attributes: Readonly<Record<string, number>>;
}

const distance: readonly Toxic[] = streams.flatMap((stream) => [
  { name: `latency-${stream}`, type: 'latency', stream, attributes: { latency: latencyMs } },
  { name: `bandwidth-${stream}`, type: 'bandwidth', stream, attributes: { rate: kilobytesPerSecond } },
]);

/** A timeout of 0 drops everything and closes nothing: what a cut cable does. */
const cut: readonly Toxic[] = streams.map((stream) => ({
  name: `cut-${stream}`,
  type: 'timeout',
  stream,
  attributes: { timeout: 0 },
}));

const pairOf = (a: string, b: string) => [a, b].sort().join(' ');

/** What lies between the regions: a toxiproxy whose doors are slow, narrow and can be cut. */
class Link {
  private server: Server | null = null;
  private port = 0;
  private readonly doors: Record<string, Door>;
  private readonly cutPairs: Set<string>;
  private readonly serial = new Serial();

  constructor(private readonly context: RegionContext) {
    this.doors = context.load('link-doors', {});
    this.cutPairs = new Set(context.load<string[]>('link-cut', []));
  }

  async start(): Promise<void> {
    this.port = await this.context.freePort();
    const { address } = this.context;
    this.server = await this.context.start({
      kind: 'link',
      name: 'toxiproxy',
      command: 'toxiproxy-server',
      args: ['-host', address, '-port', String(this.port)],
      restart: true,
      ready: () => this.ready(),
    });
  }

  open({ from, to, target }: GlobalCalls['openLink']['params']): Promise<Endpoint> {
    const name = `${from}-${to}-${target.host}-${String(target.port)}`;
    return this.serial.run('doors', async () => {
      const known = this.doors[name];
      if (known !== undefined) return known.listen;
      const host = this.context.machine.address(from);
      const listen = { host, port: await freePorts([host]) };
      const door = { name, from, to, target, listen };
      await this.make(door);
      this.doors[name] = door;
      this.context.save('link-doors', this.doors);
      return listen;
    });
  }

  set(a: string, b: string, up: boolean): Promise<Record<string, never>> {
    return this.serial.run('doors', async () => {
      const pair = pairOf(a, b);
      if (this.cutPairs.has(pair) === !up) return {};
      const doors = Object.values(this.doors).filter((door) => pairOf(door.from, door.to) === pair);
      await Promise.all(doors.map((door) => (up ? this.mend(door) : this.add(door, cut))));
      if (up) this.cutPairs.delete(pair);
      else this.cutPairs.add(pair);
      this.context.save('link-cut', [...this.cutPairs]);
      return {};
    });
  }

  parts() {
    const pairs = new Set(Object.values(this.doors).map((door) => pairOf(door.from, door.to)));
    const states = [...pairs].map((pair) => `${pair}: ${this.cutPairs.has(pair) ? 'cut' : 'up'}`);
    const detail = states.length === 0 ? 'no doors yet' : states.join(', ');
    return [
      {
        kind: 'link',
        name: 'toxiproxy',
        state: this.server?.state ?? ('stopped' as const),
        pid: this.server?.pid ?? null,
        detail,
      },
    ];
  }

  async stop(): Promise<void> {
    await this.server?.stop();
  }

  /** Answers, and has all doors again when it was started anew. */
  private async ready(): Promise<boolean> {
    await this.ask('GET', '/version');
    for (const door of Object.values(this.doors)) await this.make(door);
    return true;
  }

  private async make(door: Door): Promise<void> {
    const at = ({ host, port }: Endpoint) => `${host}:${String(port)}`;
    // `populate` replaces a door of the same name, so a call that died half-way can be repeated.
    await this.ask('POST', '/populate', [
      { name: door.name, listen: at(door.listen), upstream: at(door.target), enabled: true },
    ]);
    await this.add(door, this.cutPairs.has(pairOf(door.from, door.to)) ? [...distance, ...cut] : distance);
  }

  private async add(door: Door, toxics: readonly Toxic[]): Promise<void> {
    for (const toxic of toxics) await this.ask('POST', `/proxies/${door.name}/toxics`, toxic, [409]);
  }

  private async mend(door: Door): Promise<void> {
    for (const { name } of cut) await this.ask('DELETE', `/proxies/${door.name}/toxics/${name}`, undefined, [404]);
  }

  private async ask(method: string, path: string, body?: unknown, alsoFine: readonly number[] = []): Promise<void> {
    const response = await fetch(`http://${this.context.address}:${String(this.port)}${path}`, {
      method,
      signal: AbortSignal.timeout(5_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok && !alsoFine.includes(response.status))
      throw new Error(`toxiproxy ${method} ${path}: ${String(response.status)} ${text}`);
  }
}

/** Part of `global`: the way between the regions. */
export function link(context: RegionContext): Part<'openLink' | 'setLink'> {
  const way = new Link(context);
  return {
    calls: {
      openLink: (params) => way.open(params),
      setLink: ({ a, b, up }) => way.set(a, b, up),
    },
    start: () => way.start(),
    status: () => way.parts(),
    stop: () => way.stop(),
  };
}
