import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { z } from 'zod';
import type { Contract } from '../../recovery/contract';
import { AgenteError } from '../../recovery/errors';
import { sites } from '../../recovery/sites';
import { deployedContract } from '../control/deployed-contract';
import { agreedRole, Witnesses } from '../control/witnesses';
import { witnessesVariable } from '../keeper/settings';
import { pmsVariables, storeVariables } from '../store-settings';
import type { DatasetSettings } from './datasets';
import type { Settings } from './settings';

type Environment = Readonly<Record<string, string | undefined>>;

const schema = z.object({
  SITE: z.enum(sites),
  CONTROL_BUCKETS: witnessesVariable,
  ...storeVariables,
  ...pmsVariables,
  /** Public age keys, separated by commas. */
  BACKUP_RECIPIENTS: z.string().transform((text) =>
    text
      .split(',')
      .map((key) => key.trim())
      .filter((key) => key !== ''),
  ),
  /** A private age key, where this task opens recovery points. */
  BACKUP_IDENTITY: z.string().default(''),
  PROMETHEUS_URL: z.string().default(''),
  PROMETHEUS_DATA: z.string().default(''),
  GRAFANA_DATA: z.string().default(''),
  ALERTMANAGER_DATA: z.string().default(''),
  AGENTE_DR_LOGS: z.string().default(''),
});
type Read = z.infer<typeof schema>;

/**
 * The settings of a task of the toolbox: its environment says how the stores are reached, the contract in
 * the region's own control bucket which history it writes, the witnesses whether that is the hotel's.
 * @throws AgenteError config-invalid naming every variable that is wrong, contract-invalid, stack-not-deployed.
 */
export async function managedSettings(env: Environment): Promise<Settings> {
  const parsed = schema.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    const hint = 'Correct the environment in the task definition, or name a file: --settings FILE.';
    throw new AgenteError('config-invalid', `environment of the toolbox: ${faults.join('; ')}`, hint);
  }
  const read = parsed.data;
  const { contract, serves } = await told(read);
  const folder = privateFolder();
  const secret = (name: string, value: string): string | null =>
    value === '' ? null : secretFile(folder, name, value);
  return {
    site: read.SITE,
    vault: { kind: 's3', bucket: contract.vault.bucket, region: contract.region, endpoint: null },
    lineages: (dataset) => lineageOf(contract, dataset),
    recipients: read.BACKUP_RECIPIENTS,
    identity: secret('identity', read.BACKUP_IDENTITY),
    datasets: datasetsOf(read, contract, secret),
    logs: read.AGENTE_DR_LOGS === '' ? folder : read.AGENTE_DR_LOGS,
    managed: true,
    serves,
    metrics: null,
    scratch: os.tmpdir(),
  };
}

/** What the control buckets say. A failover changes no task: who serves is asked of the witnesses, each time. */
async function told({ SITE, CONTROL_BUCKETS }: Read): Promise<{ contract: Contract; serves: boolean | null }> {
  const witnesses = new Witnesses(CONTROL_BUCKETS);
  const [own] = witnesses.buckets;
  if (own === undefined) throw new TypeError('there are three witnesses');
  try {
    const [contract, roles] = await Promise.all([deployedContract(own, SITE), witnesses.roles()]);
    const role = agreedRole(roles);
    return { contract, serves: role === null ? null : role.activeSite === SITE };
  } finally {
    witnesses.close();
  }
}

function lineageOf(contract: Contract, dataset: string): string {
  const found = contract.vault.lineages[dataset];
  if (found !== undefined) return found;
  throw new AgenteError(
    'argument-invalid',
    `the contract knows no dataset ${dataset}`,
    `It knows: ${Object.keys(contract.vault.lineages).join(', ')}.`,
  );
}

function datasetsOf(
  read: Read,
  contract: Contract,
  secret: (name: string, value: string) => string | null,
): Record<string, DatasetSettings> {
  const ca = read.PGSSLROOTCERT === '' ? null : read.PGSSLROOTCERT;
  const found: Record<string, DatasetSettings> = {
    postgres: {
      engine: 'postgres',
      kind: 'managed',
      host: read.DATABASE_HOST,
      port: read.DATABASE_PORT,
      user: read.DATABASE_USER,
      database: read.DATABASE_NAME,
      passwordFile: secret('postgres', read.DATABASE_PASSWORD),
      ca,
      freshness: ['public.sessions', 'public.reservations'],
    },
    redis: {
      engine: 'redis',
      kind: 'managed',
      host: read.REDIS_HOST,
      port: read.REDIS_PORT,
      passwordFile: secret('redis', read.REDIS_PASSWORD),
      ca,
    },
    secrets: { engine: 'secrets', kind: 'managed', region: contract.region, prefix: 'agente-dr/' },
  };
  if (read.PMS_DATABASE_HOST !== undefined) {
    found['pms'] = {
      engine: 'mysql',
      kind: 'managed',
      host: read.PMS_DATABASE_HOST,
      port: read.PMS_DATABASE_PORT,
      user: read.PMS_DATABASE_USER,
      database: read.PMS_DATABASE_NAME,
      passwordFile: secret('pms', read.PMS_DATABASE_PASSWORD),
      ca,
      freshness: [],
    };
  }
  return { ...found, ...monitoringOf(read, contract) };
}

/** Files of servers that run elsewhere, on the file system of the site: its name is theirs, each task has another. */
function monitoringOf(read: Read, { fileSystems }: Contract): Record<string, DatasetSettings> {
  const found: Record<string, DatasetSettings> = {};
  const server = fileSystems.find(({ name }) => name === 'monitoring')?.id;
  const on = server === undefined ? {} : { server };
  const { PROMETHEUS_DATA: samples, PROMETHEUS_URL: url, GRAFANA_DATA: boards, ALERTMANAGER_DATA: silences } = read;
  if (samples !== '') {
    found['prometheus'] = { engine: 'files', kind: 'prometheus', url: url === '' ? null : url, data: samples, ...on };
  }
  if (boards !== '') found['grafana'] = { engine: 'files', kind: 'grafana', data: boards, ...on };
  if (silences !== '') found['alertmanager'] = { engine: 'files', kind: 'alertmanager', data: silences, ...on };
  return found;
}

/** Programs take passwords from files; these are this process's alone, and go with it. */
function privateFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-dr-task-'));
  process.once('exit', () => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

function secretFile(folder: string, name: string, value: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, value, { mode: 0o600 });
  return file;
}
