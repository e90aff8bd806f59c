import type { WrittenDataset } from './dataset';
import { duration } from './duration';
import { backupOf, type Backup, type OffSite, type WrittenProtection } from './protection';
import { scheduleOf } from './schedule-from-aws';
import { databaseDatasets } from './sites';
import { workload } from './workload';
import type { WrittenWorkload } from './written-workload';

type Properties = Readonly<Record<string, unknown>>;

/** The resources of a stack as somebody has told them to be. */
export type SiteResources = readonly { readonly type: string; readonly inputs: Properties }[];

/**
 * The workload as the resources keep it, in place of as it is declared: what is only declared and not
 * there protects nothing. What no stack speaks about (one that was not looked at) is taken as declared.
 * @returns null when no stack serves.
 */
export function observedWorkload(stacks: readonly SiteResources[]): WrittenWorkload | null {
  const seen = stacks.map((resources) => new Seen(resources));
  const active = seen.find((site) => site.serves) ?? null;
  if (active === null) return null;
  const peer = seen.find((site) => site !== active) ?? null;
  const vaultCopied = active.copiesVault;
  const databases: readonly string[] = databaseDatasets;
  const datasets: Readonly<Record<string, WrittenDataset>> = workload.datasets;
  return {
    ...workload,
    datasets: Object.fromEntries(
      Object.entries(datasets).map(([name, dataset]) => {
        const declared = vaultCopied ? dataset : withoutVaultCopy(dataset);
        return [name, databases.includes(name) ? observedDatabase(name, declared, active, peer) : declared];
      }),
    ),
    jobs: observedJobs(active),
  };
}

/** One site. */
class Seen {
  constructor(private readonly resources: SiteResources) {}

  inputsOf(type: string): Properties[] {
    return this.resources.flatMap((resource) => (resource.type === type ? [resource.inputs] : []));
  }

  /** Guests are served where tasks of the API run. */
  get serves(): boolean {
    return this.inputsOf('aws:ecs/service:Service').some(
      ({ name, desiredCount }) => name === 'agente-api' && typeof desiredCount === 'number' && desiredCount > 0,
    );
  }

  get copiesVault(): boolean {
    return this.inputsOf('aws:s3/bucketReplicationConfig:BucketReplicationConfig').some(({ rules }) =>
      list(rules).some(({ status }) => status === 'Enabled'),
    );
  }

  /** The youngest generation of a dataset. */
  database(dataset: string): Properties | null {
    const generations = this.inputsOf('aws:rds/instance:Instance').flatMap((inputs) => {
      const generation = new RegExp(`^agente-${dataset}-g(\\d+)$`).exec(text(inputs['identifier']))?.[1];
      return generation === undefined ? [] : [{ inputs, generation: Number(generation) }];
    });
    return generations.sort((a, b) => b.generation - a.generation)[0]?.inputs ?? null;
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function list(value: unknown): Properties[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is Properties => typeof item === 'object' && item !== null);
}

function observedDatabase(name: string, declared: WrittenDataset, active: Seen, peer: Seen | null): WrittenDataset {
  const instance = active.database(name);
  if (instance === null) return { ...declared, protection: null };
  const protection = declared.protection;
  if (protection?.kind !== 'replica') return declared;
  const own = backupOf(protection);
  const kept = own === null ? null : observedBackup(own, instance, peer);
  const followed = peer === null || follows(peer.database(name), text(instance['identifier']));
  return { ...declared, protection: followed ? { ...protection, with: kept } : kept };
}

function follows(standby: Properties | null, source: string): boolean {
  return standby !== null && text(standby['replicateSourceDb']).endsWith(`:${source}`);
}

/** Point-in-time recovery as far as the instance keeps it, and its copy as far as the other site pulls it. */
function observedBackup(declared: Backup, instance: Properties, peer: Seen | null): Backup | null {
  if (declared.kind !== 'continuous') return declared;
  const days = instance['backupRetentionPeriod'];
  if (typeof days !== 'number' || days === 0) return null;
  const window = duration('1d').times(days);
  const offSite = peer === null ? declared.offSite : observedCopy(declared.offSite, text(instance['identifier']), peer);
  return { ...declared, window, offSite, base: { ...declared.base, keep: window, offSite } };
}

function observedCopy(declared: OffSite | null, source: string, peer: Seen): OffSite | null {
  const type = 'aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication';
  const copy = peer.inputsOf(type).find((inputs) => text(inputs['sourceDbInstanceArn']).endsWith(`:${source}`));
  if (declared === null || copy === undefined) return null;
  const days = copy['retentionPeriod'];
  return { ...declared, keep: duration('1d').times(typeof days === 'number' ? days : 7) };
}

/** Jobs that fire: enabled, at the time that the schedule says and not the table. */
function observedJobs(active: Seen): WrittenWorkload['jobs'] {
  const schedules = active.inputsOf('aws:scheduler/schedule:Schedule');
  return Object.fromEntries(
    Object.entries(workload.jobs).flatMap(([id, job]) => {
      const inputs = schedules.find(({ name }) => name === id);
      if (inputs === undefined || inputs['state'] !== 'ENABLED') return [];
      const schedule = scheduleOf(text(inputs['scheduleExpression']));
      return schedule === null ? [] : [[id, { ...job, schedule }]];
    }),
  );
}

/** What lies in the vault lies in one region only. */
function withoutVaultCopy(dataset: WrittenDataset): WrittenDataset {
  const { protection, also } = dataset;
  return {
    ...dataset,
    protection: protection === null ? null : alone(protection),
    also: also.map(backupAlone),
  };
}

function alone(protection: WrittenProtection): WrittenProtection {
  if (protection.kind !== 'replica' && protection.kind !== 'rebuilt') return backupAlone(protection);
  return { ...protection, with: protection.with === null ? null : backupAlone(protection.with) };
}

/** Copies that RDS makes itself do not go by the vault. */
function backupAlone(backup: Backup): Backup {
  if (backup.mechanism === 'rds-point-in-time' || backup.mechanism === 'rds-snapshot') return backup;
  const byVault = backup.offSite?.by === 'replication' && backup.mechanism !== 'git';
  const offSite: OffSite | null = byVault ? { ...backup.offSite, by: null } : backup.offSite;
  return backup.kind === 'continuous'
    ? { ...backup, offSite, base: { ...backup.base, offSite } }
    : { ...backup, offSite };
}
