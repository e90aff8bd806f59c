import { randomBytes } from 'node:crypto';
import { RegionRefusal, type DatabaseSpec, type DatabaseState, type Endpoint, type RestoreSpec } from '../api';
import type { RegionContext, Server } from '../supervisor/part';
import type { ArchiveSource, DatabaseEngine, Owner, Parameters, Upstream } from './database-engine';
import { databaseEngines } from './database-engines';
import { instanceOf, prepareFolders, type Instance } from './database-instance';
import type { DatabaseRecord } from './database-record';
import { notFound } from './database-rules';
import { storePort } from './store-client';

type Source = NonNullable<DatabaseSpec['source']>;
/** What a new database has in common with the one that it is made from. */
type Character = Pick<DatabaseState, 'engine' | 'user' | 'databaseName'>;

/** Backups that a spec names, and what they are of. */
export interface FoundBackups extends Character {
  readonly source: ArchiveSource;
}

/** How a new database comes to be: by itself, by following another one, or out of backups. */
interface Origin {
  readonly character: Character;
  readonly make: (making: Making) => Promise<Server>;
}

/** Makes the server that a spec asks for. What a half-done create left in its folders goes first. */
export async function createDatabase(
  context: RegionContext,
  spec: DatabaseSpec,
  parameters: Parameters,
  findBackups: (restore: RestoreSpec) => Promise<FoundBackups>,
): Promise<{ record: DatabaseRecord; server: Server }> {
  const { identifier, backupRetentionDays, multiAz, deletionProtection } = spec;
  const { character, make } = await originOf(context, spec, findBackups);
  const engine = databaseEngines[character.engine];
  const archive = `${identifier}-${randomBytes(4).toString('hex')}`;
  const place = { identifier, port: await context.freePort(), archive };
  const making = { context, engine, instance: instanceOf(context, place), parameters };
  const server = await make(making);
  const record = {
    spec: { ...spec, password: null },
    ...character,
    port: place.port,
    archive,
    engineVersion: await engine.version(making.instance),
    replica: spec.source !== null,
    promoted: false,
    backupRetentionDays,
    multiAz,
    deletionProtection,
  };
  return { record, server };
}

async function originOf(
  context: RegionContext,
  spec: DatabaseSpec,
  findBackups: (restore: RestoreSpec) => Promise<FoundBackups>,
): Promise<Origin> {
  const { engine, source, restore, password } = spec;
  if (source !== null) {
    const original = await context.call(source.region, 'describeDatabase', { identifier: source.identifier });
    if (original === null) throw notFound(source.identifier);
    return { character: characterOf(original), make: (making) => createReplica(making, source) };
  }
  if (restore !== undefined) {
    const found = await findBackups(restore);
    const target = restore.at === null ? null : new Date(restore.at);
    return { character: characterOf(found), make: (making) => createRestored(making, found, target, password) };
  }
  if (engine === null) throw new RegionRefusal('InvalidParameterValue', 'The parameter Engine must be provided.');
  const databaseName = spec.databaseName ?? databaseEngines[engine].defaultDatabase;
  const character = { engine, user: spec.user ?? '', databaseName };
  return { character, make: (making) => createPrimary(making, { ...character, password: password ?? '' }) };
}

const characterOf = ({ engine, user, databaseName }: Character): Character => ({ engine, user, databaseName });

/** What a new instance is made with. */
interface Making {
  readonly context: RegionContext;
  readonly engine: DatabaseEngine;
  readonly instance: Instance;
  readonly parameters: Parameters;
}

/** A server of its own with its master user. */
async function createPrimary(making: Making, owner: Owner): Promise<Server> {
  const { context, engine, instance } = making;
  prepareFolders(context, instance);
  await engine.initialise(context, instance);
  return launch(making, () => engine.createOwner(instance, owner));
}

/** A server that follows another one, through the link when that is in another region. */
async function createReplica(making: Making, source: Source): Promise<Server> {
  const { context, engine, instance } = making;
  const upstream = await upstreamOf(context, instance, source);
  prepareFolders(context, instance);
  await engine.copy(context, instance, upstream);
  return launch(making, () => engine.follow(instance, upstream));
}

/** A server as another one stood at a moment; it keeps that one's password unless it gets its own. */
async function createRestored(
  making: Making,
  { source, user }: FoundBackups,
  target: Date | null,
  password: string | null,
): Promise<Server> {
  const { context, engine, instance } = making;
  prepareFolders(context, instance);
  await engine.restore(context, instance, source, target);
  return launch(making, async () => {
    if (password !== null) await engine.setPassword(instance, user, password);
  });
}

async function upstreamOf(
  context: RegionContext,
  instance: Instance,
  { region, identifier }: Source,
): Promise<Upstream> {
  const call = { identifier, replica: instance.identifier };
  const { endpoint, admission } = await context.call(region, 'admitReplica', call);
  const door = async (target: Endpoint) =>
    region === context.region
      ? target
      : context.call('global', 'openLink', { from: context.region, to: region, target });
  const store = { host: context.machine.address(region), port: storePort(context.machine) };
  return { region, admission, server: await door(endpoint), store: await door(store) };
}

/** Starts a new server with its parameters and finishes it; one that cannot be finished does not stay. */
async function launch(making: Making, finish: () => Promise<void>): Promise<Server> {
  const { context, engine, instance, parameters } = making;
  let server = await engine.start(context, instance);
  try {
    if (await engine.applyParameters(instance, parameters)) {
      await server.stop(engine.stopSignal);
      server = await engine.start(context, instance);
    }
    await finish();
    return server;
  } catch (error) {
    await server.stop('SIGQUIT');
    throw error;
  }
}
