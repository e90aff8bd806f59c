import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { RegionRefusal } from '../api';
import type { Part, RegionContext } from '../supervisor/part';
import { SecretsEndpoint } from './secrets-endpoint';

const retryMs = 1_000;

interface Secret {
  readonly value: string | null;
  readonly versionId: string;
  readonly replicaRegions: readonly string[];
  /** True where the secret came from another region: it is read here and written there. */
  readonly replica: boolean;
  /** Regions that have not got this value yet. */
  readonly owed: readonly string[];
}
type Secrets = Record<string, Secret>;

type Calls = 'createSecret' | 'putSecretValue' | 'deleteSecret' | 'stopSecretReplication' | 'receiveSecret';

export interface SecretsPart extends Part<Calls> {
  /** The value that a task's `valueFrom` names: ARN with or without its suffix, name, or `arn:key::` of a JSON secret. */
  resolve(valueFrom: string): string;
}

/** AWS ends the ARN of a secret with six characters of its own; a replica has the same ones. */
function suffix(name: string): string {
  return createHash('sha256').update(name).digest('base64url').replace(/[-_]/g, 'x').slice(0, 6);
}

/** The region's secrets, in one file that only the supervisor's user can read; values reach other regions by call. */
export function secrets(context: RegionContext): SecretsPart {
  const store = new SecretStore(context);
  const endpoint = new SecretsEndpoint(context, {
    names: () => store.names(),
    read: (name) => store.read(store.nameOf(name)),
    create: (name) => store.create(name, []),
    put: (name, value) => store.put(store.nameOf(name), value),
  });
  return {
    calls: {
      createSecret: (params) => store.create(params.name, params.replicaRegions),
      putSecretValue: (params) => store.put(store.nameOf(params.name), params.value),
      deleteSecret: (params) => store.remove(store.nameOf(params.name)),
      stopSecretReplication: async (params) => Promise.resolve(store.promote(store.nameOf(params.name))),
      receiveSecret: (params) => store.receive(params.name, params.value),
    },
    resolve: (valueFrom) => store.resolve(valueFrom),
    start: async () => {
      await endpoint.start();
      store.payDebts();
    },
    status: () => [],
    stop: () => {
      store.stopped = true;
      endpoint.stop();
      return Promise.resolve();
    },
  };
}

class SecretStore {
  stopped = false;
  private readonly secrets: Secrets;

  constructor(private readonly context: RegionContext) {
    this.secrets = context.load<Secrets>('secrets', {});
  }

  async create(name: string, replicaRegions: readonly string[]): Promise<{ arn: string }> {
    const before = this.secrets[name];
    if (before?.replica === true) throw replicaRefusal(name);
    const owed = replicaRegions.filter((region) => before?.replicaRegions.includes(region) !== true);
    this.keep(name, { value: null, versionId: '', replica: false, ...before, replicaRegions, owed });
    await this.deliver(name);
    return { arn: this.arn(name) };
  }

  async put(name: string, value: string): Promise<{ versionId: string }> {
    const before = this.find(name);
    if (before.replica) throw replicaRefusal(name);
    const versionId = randomUUID();
    this.keep(name, { ...before, value, versionId, owed: before.replicaRegions });
    await this.deliver(name);
    return { versionId };
  }

  async remove(name: string): Promise<Record<string, never>> {
    if (this.secrets[name]?.replica === true) throw replicaRefusal(name);
    // Replicas stay: the other site must not lose its password because this one is taken down.
    this.keep(name, null);
    return Promise.resolve({});
  }

  /** The other region need not be asked, and need not be there. */
  promote(name: string): { arn: string } {
    const before = this.find(name);
    if (!before.replica) throw new RegionRefusal('InvalidRequestException', `${name} is no replica`);
    this.keep(name, { ...before, replica: false });
    return { arn: this.arn(name) };
  }

  async receive(name: string, value: string): Promise<Record<string, never>> {
    const before = this.secrets[name];
    if (before !== undefined && !before.replica) {
      throw new RegionRefusal('ResourceExistsException', `${name} exists in ${this.context.region} and is no replica`);
    }
    this.keep(name, { value, versionId: randomUUID(), replica: true, replicaRegions: [], owed: [] });
    return Promise.resolve({});
  }

  resolve(valueFrom: string): string {
    const [wanted = '', key = ''] = withoutArn(valueFrom).split(':');
    const name = this.nameOf(wanted);
    const { value } = this.read(name);
    return key === '' ? value : fieldOf(name, value, key);
  }

  names(): readonly string[] {
    return Object.keys(this.secrets).sort();
  }

  read(name: string): { value: string; versionId: string } {
    const { value, versionId } = this.find(name);
    if (value === null) throw notFound(`secret ${name} has no value in ${this.context.region}`);
    return { value, versionId };
  }

  /** The secret that a name, or an ARN with or without its suffix, means; the text itself when none is known. */
  nameOf(text: string): string {
    const wanted = withoutArn(text);
    return Object.keys(this.secrets).find((known) => wanted === `${known}-${suffix(known)}`) ?? wanted;
  }

  /** What a killed supervisor still owed to other regions. */
  payDebts(): void {
    for (const [name, secret] of Object.entries(this.secrets)) if (secret.owed.length > 0) void this.deliver(name);
  }

  private arn(name: string): string {
    const account = this.context.machine.file.accountId;
    return `arn:aws:secretsmanager:${this.context.region}:${account}:secret:${name}-${suffix(name)}`;
  }

  private find(name: string): Secret {
    const found = this.secrets[name];
    if (found === undefined) throw notFound(`no secret ${name} in ${this.context.region}`);
    return found;
  }

  private keep(name: string, secret: Secret | null): void {
    if (secret === null) Reflect.deleteProperty(this.secrets, name);
    else this.secrets[name] = secret;
    this.context.save('secrets', this.secrets);
  }

  /** The first attempt is waited for; a region that is down gets the value when it is back. */
  private async deliver(name: string): Promise<void> {
    await Promise.all((this.secrets[name]?.owed ?? []).map((region) => this.deliverTo(name, region)));
  }

  private async deliverTo(name: string, region: string): Promise<void> {
    const secret = this.secrets[name];
    if (this.stopped || secret === undefined || secret.value === null || !secret.owed.includes(region)) return;
    try {
      await this.context.call(region, 'receiveSecret', { name, value: secret.value });
      const now = this.secrets[name];
      if (now?.versionId === secret.versionId) {
        this.keep(name, { ...now, owed: now.owed.filter((other) => other !== region) });
      }
    } catch (error) {
      if (error instanceof RegionRefusal) throw error;
      void pause(retryMs, undefined, { ref: false }).then(() => this.deliverTo(name, region).catch(() => undefined));
    }
  }
}

const withoutArn = (text: string): string => text.replace(/^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:/, '');

const notFound = (fact: string): RegionRefusal => new RegionRefusal('ResourceNotFoundException', fact);

function replicaRefusal(name: string): RegionRefusal {
  return new RegionRefusal('InvalidRequestException', `${name} is a replica; it is written in its primary region`);
}

function fieldOf(name: string, value: string, key: string): string {
  const parsed: unknown = JSON.parse(value);
  const field: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, key) : undefined;
  if (typeof field === 'string' || typeof field === 'number') return String(field);
  throw notFound(`secret ${name} has no field ${key}`);
}
