import type { DatabaseEngine } from '../database-engine';
import { MysqlArchive } from './archive';
import { applyParameters } from './parameters';
import { admit, copy, follow, promote } from './replication';
import { restore } from './restore';
import { initialise, startServer, versionOf } from './server';
import { withSession } from './session';
import { createMaster, setPassword } from './users';

export const mysql: DatabaseEngine = {
  product: 'MariaDB',
  defaultDatabase: '',
  stopSignal: 'SIGTERM',
  initialise,
  copy,
  restore,
  start: startServer,
  createOwner: (instance, owner) => withSession(instance, (session) => createMaster(session, owner)),
  follow,
  applyParameters,
  version: versionOf,
  admit,
  promote,
  archive: (context, instance) => new MysqlArchive(context, instance),
  setPassword: (instance, user, password) => withSession(instance, (session) => setPassword(session, user, password)),
};
