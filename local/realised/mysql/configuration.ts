import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Instance } from '../database-instance';
import { writeOwned } from '../owned-file';
import { socketOf } from './session';

const configurationOf = (instance: Instance): string => path.join(instance.home, 'my.cnf');

/** The first argument of every program of this server: nothing of /etc/mysql gets in. */
export const defaultsOf = (instance: Instance): string => `--defaults-file=${configurationOf(instance)}`;

/** Must differ between all servers that ever meet in one history. */
function serverId(instance: Instance): number {
  return createHash('sha256').update(`${instance.address}/${instance.archive}`).digest().readUInt32BE(0) || 1;
}

function settings(instance: Instance, isReplica: boolean): Record<string, string | number> {
  const tls = (name: string) => path.join(instance.tlsDir, name);
  return {
    datadir: instance.data,
    socket: socketOf(instance),
    pid_file: path.join(instance.home, 'mariadbd.pid'),
    tmpdir: instance.home,
    bind_address: instance.address,
    port: instance.port,
    skip_name_resolve: 'ON',
    ssl_ca: tls('ca.crt'),
    ssl_cert: tls('server.crt'),
    ssl_key: tls('server.key'),
    require_secure_transport: 'ON',
    character_set_server: 'utf8mb4',
    default_time_zone: '+00:00',
    max_connections: 100,
    max_allowed_packet: '1G',
    innodb_buffer_pool_size: '64M',
    innodb_log_file_size: '32M',
    innodb_flush_log_at_trx_commit: 1,
    performance_schema: 'OFF',
    server_id: serverId(instance),
    log_bin: path.join(instance.data, 'binlog'),
    binlog_format: 'ROW',
    binlog_checksum: 'CRC32',
    sync_binlog: 1,
    binlog_expire_logs_seconds: 7 * 24 * 3_600,
    // A replica keeps the whole history, so that it can be backed up and followed once it stands alone.
    log_slave_updates: 'ON',
    relay_log: path.join(instance.data, 'relay'),
    relay_log_recovery: 'ON',
    // A cut link closes nothing: silence is what tells.
    slave_net_timeout: 5,
    read_only: isReplica ? 'ON' : 'OFF',
  };
}

const parametersFile = (instance: Instance): string => path.join(instance.home, 'parameters.cnf');

/** Writes the server's configuration anew, beside its parameters. */
export function configure(instance: Instance, isReplica: boolean): void {
  const lines = Object.entries(settings(instance, isReplica)).map(([name, value]) => `${name} = ${String(value)}`);
  // A server wants the file that it includes.
  if (!fs.existsSync(parametersFile(instance))) writeOwned(parametersFile(instance), '');
  writeOwned(
    configurationOf(instance),
    ['[mariadbd]', ...lines, `!include ${parametersFile(instance)}`, ''].join('\n'),
  );
}

export function configureParameters(instance: Instance, parameters: ReadonlyMap<string, string>): void {
  const lines = [...parameters].map(([name, value]) => `${name} = ${value}`);
  writeOwned(parametersFile(instance), ['[mariadbd]', ...lines, ''].join('\n'));
}
