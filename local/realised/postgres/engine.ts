import type { DatabaseEngine } from '../database-engine';
import { PostgresArchive } from './archive';
import { cloneFrom, initialise } from './cluster';
import { promote, startServer, untilStreaming, versionOf } from './instance';
import { applyParameters } from './parameters';
import { restore } from './restore';
import { admit, createMaster, setPassword, slotOf } from './roles';
import { withSession } from './session';

export const postgres: DatabaseEngine = {
  product: 'PostgreSQL',
  defaultDatabase: 'postgres',
  stopSignal: 'SIGINT',
  initialise,
  copy: cloneFrom,
  restore,
  start: startServer,
  createOwner: (instance, { user, password, databaseName }) =>
    withSession(instance, (session) => createMaster(session, user, password, databaseName)),
  follow: (instance) => untilStreaming(instance),
  applyParameters: (instance, parameters) => withSession(instance, (session) => applyParameters(session, parameters)),
  version: versionOf,
  admit: async (_context, instance, replica) => ({
    ...(await withSession(instance, (session) => admit(session, slotOf(replica)))),
    copy: null,
  }),
  promote,
  archive: (context, instance) => new PostgresArchive(context, instance),
  setPassword: (instance, user, password) => withSession(instance, (session) => setPassword(session, user, password)),
};
