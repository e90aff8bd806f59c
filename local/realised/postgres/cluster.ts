import * as path from 'node:path';
import type { Endpoint } from '../../api';
import type { RegionContext } from '../../supervisor/part';
import { clusterArguments } from '../../../scripts/engines/postgres/new-cluster';
import { postgresProgram, serverUser } from '../../../scripts/programs/server-programs';
import type { Upstream } from '../database-engine';
import type { Instance } from '../database-instance';
import { writeOwned } from '../owned-file';
import { slotOf } from './roles';
import { openSession } from './session';

/** Where a replica gets its changes, and who it says it is. */
interface Source extends Endpoint {
  readonly user: string;
}

/** The replica's password for its source. */
export const passfileOf = (instance: Instance): string => path.join(instance.home, 'pgpass');

function settings(instance: Instance, source: Source | null): Record<string, string | number> {
  const tls = (name: string) => path.join(instance.tlsDir, name);
  const streaming =
    source === null
      ? {}
      : {
          primary_conninfo:
            `host=${source.host} port=${String(source.port)} user=${source.user} passfile=${passfileOf(instance)} ` +
            `sslmode=verify-full sslrootcert=${tls('ca.crt')} connect_timeout=5 application_name=${instance.identifier}`,
          primary_slot_name: slotOf(instance.identifier),
        };
  return {
    listen_addresses: instance.address,
    port: instance.port,
    unix_socket_directories: instance.socketDir,
    cluster_name: instance.identifier,
    ssl: 'on',
    ssl_cert_file: tls('server.crt'),
    ssl_key_file: tls('server.key'),
    password_encryption: 'scram-sha-256',
    max_connections: 100,
    shared_buffers: '64MB',
    min_wal_size: '80MB',
    wal_level: 'replica',
    max_wal_senders: 10,
    max_replication_slots: 10,
    // A standby that is gone must not fill the disk of the site that works.
    max_slot_wal_keep_size: '2GB',
    wal_sender_timeout: '10s',
    wal_receiver_timeout: '10s',
    wal_receiver_status_interval: '1s',
    wal_retrieve_retry_interval: '500ms',
    hot_standby: 'on',
    archive_mode: 'on',
    // Empty: segments wait until the repository can take them; automated backups set it.
    archive_command: '',
    // RDS closes a segment every 5 minutes; a drill is shorter than that.
    archive_timeout: '60s',
    log_line_prefix: '%m [%p] ',
    log_timezone: 'UTC',
    timezone: 'UTC',
    ...streaming,
  };
}

/** Writes the server's configuration anew: what it says is all that holds, apart from ALTER SYSTEM. */
export function configure(instance: Instance, source: Source | null): void {
  const lines = Object.entries(settings(instance, source)).map(
    ([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`,
  );
  writeOwned(path.join(instance.data, 'postgresql.conf'), `${lines.join('\n')}\n`);
}

export function writeAccessRules(instance: Instance): void {
  const rules = [
    'local all postgres peer map=supervisor',
    'hostssl replication all 0.0.0.0/0 scram-sha-256',
    'hostssl all all 0.0.0.0/0 scram-sha-256',
  ];
  writeOwned(path.join(instance.data, 'pg_hba.conf'), `${rules.join('\n')}\n`);
  const names = new Set([serverUser().name, process.getuid?.() === 0 ? 'root' : serverUser().name]);
  const map = [...names].map((name) => `supervisor ${name} postgres`);
  writeOwned(path.join(instance.data, 'pg_ident.conf'), `${map.join('\n')}\n`);
}

export async function initialise(context: RegionContext, instance: Instance): Promise<void> {
  await context.run(postgresProgram('initdb'), [
    ...clusterArguments(instance.data),
    // The server itself syncs; only the empty template need not survive a power cut.
    '--no-sync',
  ]);
  writeAccessRules(instance);
  configure(instance, null);
}

/** Copies the source through the link and makes the copy follow it. */
export async function cloneFrom(
  context: RegionContext,
  instance: Instance,
  { server, admission: { user, password } }: Upstream,
): Promise<void> {
  const { host, port } = server;
  const source = { host, port, user };
  writeOwned(passfileOf(instance), `${host}:${String(port)}:*:${user}:${password}\n`);
  await context.run(
    postgresProgram('pg_basebackup'),
    [
      `--pgdata=${instance.data}`,
      `--host=${host}`,
      `--port=${String(port)}`,
      `--username=${user}`,
      '--no-password',
      '--checkpoint=fast',
      // In the one compressed stream: a second one would carry whole segments, padding included, over the link.
      '--wal-method=fetch',
      '--compress=server-lz4',
      '--no-sync',
    ],
    {
      env: {
        PGPASSFILE: passfileOf(instance),
        PGSSLMODE: 'verify-full',
        PGSSLROOTCERT: path.join(instance.tlsDir, 'ca.crt'),
        PGCONNECT_TIMEOUT: '10',
      },
    },
  );
  writeAccessRules(instance);
  // What the source was told by ALTER SYSTEM (its archive above all) is not the copy's.
  writeOwned(path.join(instance.data, 'postgresql.auto.conf'), '');
  configure(instance, source);
  writeOwned(path.join(instance.data, 'standby.signal'), '');
}

export async function isAnswering(instance: Instance): Promise<boolean> {
  const session = await openSession(instance);
  await session.end();
  return true;
}
