import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { identityOf, runs, type ProcessIdentity } from '../../scripts/process-identity';
import { engineFailure, locksIn, type StackLock } from '../pulumi/failure';
import { roleFile, type RoleFile } from '../pulumi/role-file';
import { runPulumi, type PulumiOutcome } from '../pulumi/run';
import { stackState } from '../pulumi/stack';
import type { Takeover } from './takeover';

/** Where the output of pulumi is kept for whoever must find out what went wrong. */
function logFileOf(incident: string): string {
  const state = process.env['XDG_STATE_HOME'] ?? path.join(os.homedir(), '.local', 'state');
  return path.join(state, 'agente-dr', 'failover', `${incident.replaceAll(/[^A-Za-z0-9._-]/g, '-')}.log`);
}

/** Makes the standby the active site by `pulumi up`, the same command as by hand. */
export async function promote(takeover: Takeover): Promise<string> {
  const { ground, journal } = takeover;
  const logFile = logFileOf(journal.record.incident);
  const config = roleFile(ground.project, ground.stack, 'active');
  try {
    if (takeover.resumed) await reconcileState(takeover, config, logFile);
    const outcome = await pulumi(takeover, logFile, [
      ...['up', '--yes', '--skip-preview', '--suppress-outputs'],
      ...['--stack', ground.stack, '--config-file', config.file],
    ]);
    if (outcome.code !== 0) throw engineFailure(`pulumi up --stack ${ground.stack}`, outcome.output, logFile);
    return /^\s*(~ \d+ updated|\d+ unchanged)/m.exec(outcome.output)?.[0].trim() ?? 'pulumi up has ended';
  } finally {
    config.dispose();
  }
}

/**
 * After an update that was killed: takes its lock away, and lets the state learn what the region has
 * done meanwhile, because a promotion that is pending in the state would be sent again.
 */
async function reconcileState(takeover: Takeover, config: RoleFile, logFile: string): Promise<void> {
  const { ground, journal, signal } = takeover;
  const before = journal.record.pulumi;
  for (const process of before) await end(process, signal);
  takeover.view.progress('reading the state of an interrupted update');
  const { databases } = await stackState(ground.project, ground.stack);
  if (databases.length === 0) return;
  const refresh = [
    ...['refresh', '--yes', '--skip-preview', '--stack', ground.stack, '--config-file', config.file],
    ...databases.flatMap((urn) => ['--target', urn]),
  ];
  let outcome = await pulumi(takeover, logFile, refresh);
  if (outcome.code !== 0 && areAllOf(before, locksIn(outcome.output))) {
    await pulumi(takeover, logFile, ['cancel', '--yes', '--stack', ground.stack]);
    outcome = await pulumi(takeover, logFile, refresh);
  }
  if (outcome.code !== 0) throw engineFailure('pulumi refresh of the databases', outcome.output, logFile);
  const known = new Set(before.map(({ pid }) => pid));
  await journal.change({ pulumi: journal.record.pulumi.filter(({ pid }) => !known.has(pid)) });
}

/** The orchestrator before may have died without its pulumi, and nobody waits for what that one does. */
async function end(identity: ProcessIdentity, signal: AbortSignal): Promise<void> {
  while (runs(identity) === true) {
    process.kill(-identity.pid, 'SIGKILL');
    await pause(50, undefined, { signal });
  }
}

/**
 * Only locks of processes in the journal may be taken away. They are dead: those of this host have
 * been ended, and one of another host had to stop when its orchestrator's lease ended.
 */
function areAllOf(recorded: readonly ProcessIdentity[], locks: readonly StackLock[]): boolean {
  if (locks.length === 0) return false;
  return locks.every((lock) => recorded.some(({ host, pid }) => host === lock.host && pid === lock.pid));
}

async function pulumi(takeover: Takeover, logFile: string, args: readonly string[]): Promise<PulumiOutcome> {
  const { ground, journal, signal, view } = takeover;
  let started: ProcessIdentity | null = null;
  const outcome = await runPulumi({
    project: ground.project,
    args,
    logFile,
    signal,
    onLine: (line) => {
      view.progress(line.trim());
    },
    // Who comes after us may cancel the lock of this process and no other.
    beforeStart: async (pid) => {
      started = identityOf(pid);
      await journal.change({ pulumi: [...journal.record.pulumi, started] });
    },
  });
  signal.throwIfAborted();
  await journal.change({ pulumi: journal.record.pulumi.filter(({ pid }) => pid !== started?.pid) });
  return outcome;
}
