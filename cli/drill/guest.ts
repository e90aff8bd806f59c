import { buildConnector, Client } from 'undici';
import { sites, type Site } from '../../recovery/sites';
import type { GuestResolver } from './guest-resolver';
import type { Try } from './ledger';

/** A guest who has no answer after this time gives up. */
const patienceMs = 2_000;

export interface Door {
  readonly domain: string;
  readonly port: number;
  /** PEM of the authority that signed the load balancers' certificates. */
  readonly ca: string;
}

/** Connectors by address, so that guests resume each other's TLS sessions as browser tabs do. */
export class Connectors {
  private readonly byAddress = new Map<string, buildConnector.connector>();

  constructor(private readonly door: Door) {}

  to(address: string): buildConnector.connector {
    const known = this.byAddress.get(address);
    if (known !== undefined) return known;
    const made = buildConnector({
      ca: this.door.ca,
      servername: this.door.domain,
      timeout: patienceMs,
      lookup: (_name, options, callback) => {
        if (options.all === true) callback(null, [{ address, family: 4 }]);
        else callback(null, address, 4);
      },
    });
    this.byAddress.set(address, made);
    return made;
  }
}

class NotAcknowledged extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

/**
 * One virtual guest: books over a connection that is kept as long as it works, and looks the name up
 * again (in the guest's own cache) when it does not.
 */
export class Guest {
  private client: Client | null = null;
  busy = false;

  constructor(
    private readonly door: Door,
    private readonly resolver: GuestResolver,
    private readonly connectors: Connectors,
  ) {}

  /** Tries one booking; never throws. */
  async book(sequence: number, body: unknown): Promise<Try> {
    this.busy = true;
    const sentAt = Date.now();
    try {
      const site = await this.send(JSON.stringify(body), AbortSignal.timeout(patienceMs));
      return { sequence, sentAt, endedAt: Date.now(), site, failure: null };
    } catch (error) {
      this.leave();
      return { sequence, sentAt, endedAt: Date.now(), site: null, failure: reasonOf(error) };
    } finally {
      this.busy = false;
    }
  }

  leave(): void {
    this.client?.destroy().catch(() => undefined);
    this.client = null;
  }

  private async send(body: string, signal: AbortSignal): Promise<Site> {
    const client = (this.client ??= await this.connect());
    const response = await client.request({
      method: 'POST',
      path: '/api/v1/reservations',
      headers: { 'content-type': 'application/json' },
      body,
      signal,
    });
    const text = await response.body.text();
    if (response.statusCode !== 201 && response.statusCode !== 200) {
      throw new NotAcknowledged(`http-${String(response.statusCode)}`);
    }
    return siteOf(text);
  }

  private async connect(): Promise<Client> {
    const address = await this.resolver.resolve();
    if (address === null) throw new NotAcknowledged('name-unresolved');
    const { domain, port } = this.door;
    return new Client(`https://${domain}:${String(port)}`, {
      connect: this.connectors.to(address),
      headersTimeout: patienceMs,
      bodyTimeout: patienceMs,
    });
  }
}

function siteOf(text: string): Site {
  const parsed: unknown = JSON.parse(text);
  const named = typeof parsed === 'object' && parsed !== null && 'site' in parsed ? parsed.site : undefined;
  const site = sites.find((candidate) => candidate === named);
  if (site === undefined) throw new NotAcknowledged('answer-without-site');
  return site;
}

function reasonOf(error: unknown): string {
  if (error instanceof NotAcknowledged) return error.reason;
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return 'timeout';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
