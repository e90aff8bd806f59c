import * as fs from 'node:fs';
import type * as http from 'node:http';
import type { Machine } from '../../local/machine';
import { listen } from '../../local/supervisor/dispatch';

/** A call that a fake region got. */
export interface Heard {
  readonly region: string;
  readonly method: string;
  readonly params: unknown;
}

type Answer = (params: never, region: string) => unknown;

const arnOf = (machine: Machine, region: string, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${machine.file.accountId}:${resource}`;

/** What a region says when all goes well, for the calls of the tests. */
function plainAnswers(machine: Machine): Record<string, Answer> {
  const database = (params: { identifier: string }, region: string) => ({
    identifier: params.identifier,
    engine: 'postgres',
    endpoint: { host: machine.address(region), port: 25432 },
    databaseName: 'agente_db',
    user: 'agente_user',
    engineVersion: '15.18',
    replica: false,
    backupRetentionDays: 35,
    multiAz: true,
    deletionProtection: false,
    latestRestorableTime: null,
  });
  return {
    createDatabase: database,
    modifyDatabase: database,
    describeDatabase: database,
    deleteDatabase: () => ({}),
    replicateBackups: () => ({}),
    describeReplicatedBackups: () => ({ latestRestorableTime: null }),
    ceaseReplicatedBackups: () => ({}),
    createCache: (_params: never, region) => ({ host: machine.address(region), port: 26379 }),
    createBucket: () => ({}),
    deleteBucket: () => ({}),
    putObject: () => ({ etag: '"abc"', versionId: 'v1' }),
    deleteObject: () => ({}),
    createSecret: (params: { name: string }, region) => ({
      arn: arnOf(machine, region, 'secretsmanager', `secret:${params.name}-AbCdEf`),
    }),
    putSecretValue: () => ({ versionId: 'v1' }),
    deleteSecret: () => ({}),
    registerTaskDefinition: (params: { family: string }, region) => ({
      arn: arnOf(machine, region, 'ecs', `task-definition/${params.family}:1`),
      revision: 1,
    }),
    putService: () => ({ runningCount: 1 }),
    setScaling: () => ({}),
    putHealthCheck: () => ({}),
    putRecord: () => ({}),
    deleteRecord: () => ({}),
  };
}

/** Supervisors of an empty machine that own no server: they note what they are told and answer from a table. */
export class FakeRegions {
  readonly heard: Heard[] = [];
  readonly answers: Record<string, Answer>;
  private readonly servers: http.Server[] = [];

  private constructor(
    private readonly machine: Machine,
    more: Readonly<Record<string, object>>,
  ) {
    const fixed = Object.entries(more).map(([method, result]): [string, Answer] => [method, () => result]);
    this.answers = { ...plainAnswers(machine), ...Object.fromEntries(fixed) };
  }

  /** @param more what further calls answer, always the same. */
  static async start(
    machine: Machine,
    regions = ['us-east-1', 'us-west-2', 'global'],
    more: Readonly<Record<string, object>> = {},
  ): Promise<FakeRegions> {
    const fake = new FakeRegions(machine, more);
    for (const region of regions) await fake.listenFor(region);
    return fake;
  }

  /** Parameters of every call of one method. */
  told(method: string): unknown[] {
    return this.heard.filter((call) => call.method === method).map((call) => call.params);
  }

  stop(): void {
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
    for (const { region } of this.heard) fs.rmSync(this.machine.socket(region), { force: true });
  }

  private async listenFor(region: string): Promise<void> {
    const calls = new Map(
      Object.keys(this.answers).map((method) => [
        method,
        (params: unknown) => {
          this.heard.push({ region, method, params });
          return Promise.resolve().then(() => this.answers[method]?.(params as never, region));
        },
      ]),
    );
    this.servers.push(await listen(this.machine.socket(region), calls, () => undefined));
  }
}
