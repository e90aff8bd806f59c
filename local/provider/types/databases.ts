import {
  RegionRefusal,
  type DatabaseChange,
  type DatabaseEngineName,
  type DatabaseState,
  type RestoreSpec,
} from '../../api';
import type { Fields } from '../fields';
import type { Realisation, Realisations, Scope } from '../realisation';
import type { Properties } from '../values';

interface Source {
  readonly region: string;
  readonly identifier: string;
}

/** The instance that `replicateSourceDb` names: an ARN in another region, an identifier in the same. */
export function sourceOf(text: string, region: string): Source {
  const arn = /^arn:aws:rds:([a-z0-9-]+):\d+:db:(.+)$/.exec(text);
  return arn?.[1] !== undefined && arn[2] !== undefined
    ? { region: arn[1], identifier: arn[2] }
    : { region, identifier: text };
}

function outputsOf(state: DatabaseState, scope: Scope): Properties {
  const { identifier, endpoint } = state;
  return {
    arn: `arn:aws:rds:${scope.region}:${scope.accountId}:db:${identifier}`,
    address: endpoint.host,
    endpoint: `${endpoint.host}:${String(endpoint.port)}`,
    port: endpoint.port,
    dbName: state.databaseName,
    username: state.user,
    engine: state.engine,
    engineVersionActual: state.engineVersion,
    backupRetentionPeriod: state.backupRetentionDays,
    multiAz: state.multiAz,
    hostedZoneId: 'Z2R2ITUGPM61AM',
    latestRestorableTime: state.latestRestorableTime ?? '',
    listenerEndpoints: [],
    masterUserSecrets: [],
    replicas: [],
    status: 'available',
    upgradeRolloutOrder: 'second',
  };
}

const passwordOf = (inputs: Fields) => inputs.optionalText('password') ?? inputs.optionalText('passwordWo');

/** RDS turns backups on for a day unless told otherwise, and leaves them off on a replica. */
function retentionOf(inputs: Fields): number {
  return inputs.number('backupRetentionPeriod', inputs.has('replicateSourceDb') ? 0 : 1);
}

const engines: readonly DatabaseEngineName[] = ['postgres', 'mysql'];

/** Null for an instance that has its source's. */
function engineOf(inputs: Fields): DatabaseEngineName | null {
  const name = inputs.optionalText('engine');
  if (name === null) return null;
  const engine = engines.find((known) => known === name);
  if (engine === undefined) throw new Error(`regions on this machine have no database engine ${name}`);
  return engine;
}

/** What RDS's RestoreDBInstanceToPointInTime is told. */
function restoreOf(block: Fields): RestoreSpec {
  const latest = block.flag('useLatestRestorableTime');
  if (latest === block.has('restoreTime')) {
    throw new RegionRefusal(
      'InvalidParameterCombination',
      'Specify either RestoreTime or UseLatestRestorableTime, but not both.',
    );
  }
  const identifier = block.optionalText('sourceDbInstanceIdentifier');
  const from = identifier === null ? { replicatedBackups: replicatedBackups(block) } : { identifier };
  return { from, at: latest ? null : block.text('restoreTime') };
}

function replicatedBackups(block: Fields): string {
  const name = 'sourceDbInstanceAutomatedBackupsArn';
  if (block.has(name)) return block.text(name);
  throw new Error('regions on this machine restore from an identifier of their own or from copied automated backups');
}

async function create(inputs: Fields, scope: Scope) {
  const blocked = ['s3Import', 'snapshotIdentifier'].find((name) => inputs.has(name));
  if (blocked !== undefined) throw new Error(`regions on this machine cannot make a database from ${blocked} yet`);
  const source = inputs.optionalText('replicateSourceDb');
  const state = await scope.call(scope.region, 'createDatabase', {
    identifier: inputs.text('identifier'),
    engine: engineOf(inputs),
    databaseName: inputs.optionalText('dbName'),
    user: inputs.optionalText('username'),
    password: passwordOf(inputs),
    backupRetentionDays: retentionOf(inputs),
    multiAz: inputs.flag('multiAz'),
    deletionProtection: inputs.flag('deletionProtection'),
    parameterGroup: inputs.optionalText('parameterGroupName'),
    source: source === null ? null : sourceOf(source, scope.region),
    ...(inputs.has('restoreToPointInTime') ? { restore: restoreOf(inputs.block('restoreToPointInTime')) } : {}),
  });
  const id = `db-${scope.mark(26).toUpperCase()}`;
  return { id, outputs: { ...outputsOf(state, scope), resourceId: id } };
}

function changeOf(inputs: Fields, changed: ReadonlySet<string>): DatabaseChange {
  if (changed.has('replicateSourceDb') && inputs.has('replicateSourceDb')) {
    throw new Error('cannot elect new source database for replication');
  }
  if (changed.has('identifier')) throw new Error('regions on this machine cannot rename a database');
  const password = changed.has('password') || changed.has('passwordWoVersion') ? passwordOf(inputs) : null;
  return {
    ...(changed.has('replicateSourceDb') ? { promote: true as const } : {}),
    ...(password === null ? {} : { password }),
    ...(changed.has('backupRetentionPeriod') ? { backupRetentionDays: retentionOf(inputs) } : {}),
    ...(changed.has('multiAz') ? { multiAz: inputs.flag('multiAz') } : {}),
    ...(changed.has('deletionProtection') ? { deletionProtection: inputs.flag('deletionProtection') } : {}),
  };
}

const instance: Realisation = {
  create,
  update: async (inputs, { changed }, scope) => {
    const identifier = inputs.text('identifier');
    const change = changeOf(inputs, changed);
    // What is only recorded (a class, a window) has nobody to tell.
    if (Object.keys(change).length === 0) return {};
    return outputsOf(await scope.call(scope.region, 'modifyDatabase', { identifier, change }), scope);
  },
  remove: (_id, inputs, _state, scope) => {
    const isPlain = !inputs.has('replicateSourceDb');
    if (isPlain && !inputs.flag('skipFinalSnapshot') && !inputs.has('finalSnapshotIdentifier')) {
      throw new Error('finalSnapshotIdentifier is required when skipFinalSnapshot is false');
    }
    return scope.call(scope.region, 'deleteDatabase', { identifier: inputs.text('identifier') });
  },
  read: async (_id, inputs, scope) => {
    const state = await scope.call(scope.region, 'describeDatabase', { identifier: inputs.text('identifier') });
    if (state === null) return null;
    const { backupRetentionDays, multiAz, deletionProtection } = state;
    // A promotion that a killed engine did not write down shows here: the source is gone.
    const promoted = state.replica ? {} : { replicateSourceDb: null };
    const seen = { backupRetentionPeriod: backupRetentionDays, multiAz, deletionProtection };
    return { inputs: { ...promoted, ...seen }, outputs: outputsOf(state, scope) };
  },
};

const automatedBackupsReplication: Realisation = {
  create: async (inputs, scope) => {
    const arn = `arn:aws:rds:${scope.region}:${scope.accountId}:auto-backup:ab-${scope.mark(32)}`;
    const source = sourceOf(inputs.text('sourceDbInstanceArn'), scope.region);
    await scope.call(scope.region, 'replicateBackups', {
      arn,
      source,
      retentionDays: inputs.number('retentionPeriod', 7),
    });
    return { id: arn, outputs: {} };
  },
  remove: (id, _inputs, _state, scope) => scope.call(scope.region, 'ceaseReplicatedBackups', { arn: id }),
  read: async (id, _inputs, scope) => {
    const state = await scope.call(scope.region, 'describeReplicatedBackups', { arn: id });
    return state === null ? null : { inputs: {}, outputs: {} };
  },
};

const parameterGroup: Realisation = {
  create: async (inputs, scope) => {
    const name = inputs.text('name');
    await putParameters(inputs, scope);
    return { id: name, outputs: { arn: `arn:aws:rds:${scope.region}:${scope.accountId}:pg:${name}` } };
  },
  update: async (inputs, _change, scope) => {
    await putParameters(inputs, scope);
    return {};
  },
  remove: (id, _inputs, _state, scope) => scope.call(scope.region, 'deleteParameterGroup', { name: id }),
};

function putParameters(inputs: Fields, scope: Scope): Promise<unknown> {
  const parameters = inputs.blocks('parameters').map((item) => [item.text('name'), item.text('value')] as const);
  const params = { name: inputs.text('name'), parameters: Object.fromEntries(parameters) };
  return scope.call(scope.region, 'putParameterGroup', params);
}

export const databases: Realisations = {
  'aws:rds/instance:Instance': instance,
  'aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication': automatedBackupsReplication,
  'aws:rds/parameterGroup:ParameterGroup': parameterGroup,
};
