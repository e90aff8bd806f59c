import assert from 'node:assert/strict';
import { execFileSync, fork, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { asServerUser, giveToServerUser, postgresProgram } from '../../scripts/programs/server-programs';
import type { EngineWork } from './engine-work';
import type { TestPostgres } from './postgres-fixture';

/** A disk of its own, of so many MiB. */
export function smallDisk(folder: string, megabytes: number): () => void {
  fs.mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(megabytes)}m,mode=711`, 'tmpfs', folder]);
  giveToServerUser(folder);
  return () => execFileSync('umount', ['-l', folder]);
}

/** Rows that hardly compress, so that a copy takes its time. */
export function grow(server: TestPostgres, megabytes: number): Promise<unknown> {
  return server.sql(
    `CREATE TABLE ballast AS SELECT n, (SELECT string_agg(md5(n::text || g), '') FROM generate_series(1, 30) g) AS filler
     FROM generate_series(1, ${String(megabytes * 1000)}) n`,
  );
}

/** Runs a task in a process of its own and kills that at a moment. */
export async function killedRun(
  bench: EngineWork,
  server: TestPostgres,
  { task, folder, when }: { task: 'full' | 'restore'; folder: string; when: () => boolean },
): Promise<void> {
  const { recipients } = bench.work().encryption;
  const run = fork(
    path.join(__dirname, 'killed-run.ts'),
    [task, bench.root, JSON.stringify(server.settings), recipients.join(','), folder],
    { execArgv: ['-r', './tools/register.js'], stdio: 'ignore' },
  );
  const closed = new Promise((resolve) => run.once('close', resolve));
  for (const deadline = Date.now() + 60_000; !when() && Date.now() < deadline && run.exitCode === null;) {
    await pause(10);
  }
  assert.ok(when(), 'it is killed in the middle');
  run.kill('SIGKILL');
  await closed;
}

/** Starts a server on files as they lie there, as somebody would who does not know. @returns what it said. */
export function startedCarelessly(data: string, socketDir: string): string {
  // A dead server that nobody has reaped yet would be the wrong reason for a refusal.
  fs.rmSync(path.join(data, 'postmaster.pid'), { force: true });
  const config = path.join(socketDir, 'postgresql.conf');
  fs.writeFileSync(config, '');
  const settings = { config_file: config, listen_addresses: '', unix_socket_directories: socketDir };
  const { command, args } = asServerUser(postgresProgram('postgres'), [
    ...['-D', data],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: '/', timeout: 20_000 });
  assert.notEqual(status, 0);
  return stderr;
}

/** What a killed server leaves notices it soon. */
export async function untilLeft(data: string): Promise<void> {
  const inside = () => execFileSync('sh', ['-c', `ls -l /proc/[0-9]*/cwd 2>/dev/null | grep -c '${data}$' || true`]);
  for (const deadline = Date.now() + 20_000; String(inside()).trim() !== '0';) {
    assert.ok(Date.now() < deadline, 'nobody works in the directory any more');
    await pause(50);
  }
}
