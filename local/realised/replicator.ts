import { GetBucketVersioningCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import * as http from 'node:http';
import * as path from 'node:path';
import { z } from 'zod';
import { RegionRefusal, type ReplicationRule } from '../api';
import { machineRegions } from '../machine';
import type { Part, RegionContext } from '../supervisor/part';
import { BucketReplication } from './replication/bucket';
import { Position } from './replication/position';
import type { Place } from './replication/versions';
import { storeClient, storePort } from './store-client';

const hintSchema = z.object({
  Records: z.array(
    z.object({ s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }) }),
  ),
});

/** Copies new versions of replicated buckets to the region where the destination lies, through the link. */
class Replicator {
  private readonly rules: Record<string, readonly ReplicationRule[]>;
  private readonly running = new Map<string, BucketReplication>();
  private readonly places = new Map<string, Promise<Place>>();
  private readonly ears: http.Server;
  private port = 0;

  constructor(private readonly context: RegionContext) {
    this.rules = context.load('replication', {});
    this.ears = http.createServer((request, response) => {
      void this.hear(request).finally(() => response.end());
    });
  }

  /** Where the store tells about writes; listens once started. */
  get hintUrl(): string {
    return `http://${this.context.address}:${String(this.port)}`;
  }

  async start(): Promise<void> {
    this.port = await this.context.freePort();
    await new Promise<void>((resolve, reject) => {
      this.ears.once('error', reject);
      this.ears.listen(this.port, this.context.address, resolve);
    });
    for (const [bucket, rules] of Object.entries(this.rules)) this.launch(bucket, rules);
  }

  async set(bucket: string, rules: readonly ReplicationRule[]): Promise<Record<string, never>> {
    const known = this.running.get(bucket);
    if (rules.length === 0) {
      known?.end();
      this.running.delete(bucket);
      this.positionOf(bucket).remove();
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a record keyed by bucket
      delete this.rules[bucket];
    } else {
      await this.checkVersioning(bucket);
      this.rules[bucket] = rules;
      if (known === undefined)
        await this.create(bucket, rules)
          .skipExisting()
          .then(() => {
            this.launch(bucket, rules);
          });
      else known.rules = rules;
    }
    this.context.save('replication', this.rules);
    return {};
  }

  parts() {
    return [...this.running.values()].map((replication) => replication.status());
  }

  stop(): Promise<void> {
    for (const replication of this.running.values()) replication.end();
    this.ears.close();
    return Promise.resolve();
  }

  private async hear(request: http.IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    // The store's greeting at its start has no records.
    const hint = hintSchema.safeParse(JSON.parse(Buffer.concat(chunks).toString() || '{}'));
    for (const { s3 } of hint.data?.Records ?? []) this.running.get(s3.bucket.name)?.hint(s3.object.key);
  }

  private own(bucket: string): Place {
    const { machine, region, address } = this.context;
    return { store: storeClient(machine, region, { host: address, port: storePort(machine) }), bucket };
  }

  private positionOf(bucket: string): Position {
    return Position.open(path.join(this.context.folder('replication'), bucket));
  }

  private create(bucket: string, rules: readonly ReplicationRule[]): BucketReplication {
    return new BucketReplication(
      this.context,
      this.own(bucket),
      this.positionOf(bucket),
      (name) => this.placeOf(name),
      rules,
    );
  }

  private launch(bucket: string, rules: readonly ReplicationRule[]): void {
    const replication = this.create(bucket, rules);
    this.running.set(bucket, replication);
    void replication.run();
  }

  private async checkVersioning(bucket: string): Promise<void> {
    const { store } = this.own(bucket);
    const { Status } = await store.send(new GetBucketVersioningCommand({ Bucket: bucket }));
    if (Status === 'Enabled') return;
    throw new RegionRefusal(
      'InvalidRequest',
      `Versioning must be 'Enabled' on the bucket to apply a replication configuration: ${bucket}`,
    );
  }

  /** A rule names only the bucket, so the other regions are asked which of them has it; the answer is kept. */
  private placeOf(bucket: string): Promise<Place> {
    const known = this.places.get(bucket) ?? this.find(bucket);
    this.places.set(bucket, known);
    known.catch(() => this.places.delete(bucket));
    return known;
  }

  private async find(bucket: string): Promise<Place> {
    const { machine, region } = this.context;
    const others = Object.values(machineRegions).filter((other) => other !== region);
    for (const other of others) {
      const target = { host: machine.address(other), port: storePort(machine) };
      const door = await this.context.call('global', 'openLink', { from: region, to: other, target });
      const store = storeClient(machine, other, door);
      if (
        await store.send(new HeadBucketCommand({ Bucket: bucket })).then(
          () => true,
          () => false,
        )
      )
        return { store, bucket };
      store.destroy();
    }
    throw new Error(`no other region has the bucket ${bucket}, or it does not answer`);
  }
}

export interface ReplicatorPart extends Part<'setReplication'> {
  /** Where the store sends its events; known once the part has started. */
  readonly hintUrl: () => string;
}

export function replicator(context: RegionContext): ReplicatorPart {
  const copier = new Replicator(context);
  return {
    hintUrl: () => copier.hintUrl,
    calls: { setReplication: ({ bucket, rules }) => copier.set(bucket, rules) },
    start: () => copier.start(),
    status: () => copier.parts(),
    stop: () => copier.stop(),
  };
}
