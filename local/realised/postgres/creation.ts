import type { DatabaseSpec } from '../../api';
import type { RegionContext, Server } from '../../supervisor/part';
import { notFound } from '../database-rules';
import { cloneFrom, clusterOf, initialise, prepareFolders, type Cluster, type Upstream } from './cluster';
import { startServer, untilStreaming } from './instance';
import { applyParameters } from './parameters';
import { createMaster, slotOf } from './roles';
import { withSession } from './session';

/** A server that has just been made, and whose it is. */
export interface CreatedDatabase {
  readonly cluster: Cluster;
  readonly server: Server;
  readonly user: string;
  readonly databaseName: string;
}

type Parameters = Readonly<Record<string, string>>;

/** Makes the server that a spec asks for. What a half-done create left in its folders goes first. */
export async function createServer(
  context: RegionContext,
  spec: DatabaseSpec,
  parameters: Parameters,
): Promise<CreatedDatabase> {
  const cluster = clusterOf(context, spec.identifier, await context.freePort());
  prepareFolders(context, cluster);
  return spec.source === null
    ? createPrimary(context, cluster, spec, parameters)
    : createReplica(context, cluster, spec.source, parameters);
}

async function createPrimary(
  context: RegionContext,
  cluster: Cluster,
  spec: DatabaseSpec,
  parameters: Parameters,
): Promise<CreatedDatabase> {
  await initialise(context, cluster);
  const server = await launch(context, cluster, parameters);
  const [user, password, databaseName] = [spec.user ?? '', spec.password ?? '', spec.databaseName ?? 'postgres'];
  await withSession(cluster, (session) => createMaster(session, user, password, databaseName));
  return { cluster, server, user, databaseName };
}

async function createReplica(
  context: RegionContext,
  cluster: Cluster,
  source: NonNullable<DatabaseSpec['source']>,
  parameters: Parameters,
): Promise<CreatedDatabase> {
  const original = await context.call(source.region, 'describeDatabase', { identifier: source.identifier });
  if (original === null) throw notFound(source.identifier);
  const slot = slotOf(cluster.identifier);
  const { identifier } = source;
  const admission = await context.call(source.region, 'admitReplica', {
    identifier,
    fromRegion: context.region,
    slot,
  });
  const target = admission.endpoint;
  const door =
    source.region === context.region
      ? target
      : await context.call('global', 'openLink', { from: context.region, to: source.region, target });
  const upstream: Upstream = { ...door, user: admission.user, slot };
  await cloneFrom(context, cluster, upstream, admission.password);
  const server = await launch(context, cluster, parameters);
  await untilStreaming(cluster);
  return { cluster, server, user: original.user, databaseName: original.databaseName };
}

async function launch(context: RegionContext, cluster: Cluster, parameters: Parameters): Promise<Server> {
  const server = await startServer(context, cluster);
  if (!(await withSession(cluster, (session) => applyParameters(session, parameters)))) return server;
  await server.stop('SIGINT');
  return startServer(context, cluster);
}
