import { setTimeout as pause } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { duration, Duration } from '../../recovery/duration';
import { exitCodes } from '../../recovery/errors';
import type { Gathered } from '../status/gather';
import { paint, printJson } from '../output';

/** Between two looks while green is waited for. */
const lookAgain = duration('500ms');

function durationOf(text: string): Duration {
  try {
    return Duration.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** `agente-dr status`. */
export function statusCommand(): Command {
  return new Command('status')
    .description('which site is active, what the witnesses say, and how far a failover is; exit code 5 when red')
    .option('--stack <name>', 'stack whose file names the regions', 'dr')
    .option('--wait <duration>', 'look again until it is green, for so long at most', durationOf, duration('0s'))
    .option('--json', 'print to stdout for machines')
    .addHelpText(
      'after',
      '\nExamples:\n  agente-dr status\n  agente-dr status --wait 10m    a rebuilt standby has caught up\n  agente-dr status --json | jq .faults',
    )
    .action(async (flags: { stack: string; wait: Duration; json?: true }) => {
      const { gather } = await import('../status/gather.js');
      const { faultsOf } = await import('../status/judge.js');
      const deadline = Date.now() + flags.wait.ms;
      let status = await gather(flags.stack);
      let faults = faultsOf(status, new Date());
      while (faults.length > 0 && Date.now() + lookAgain.ms <= deadline) {
        await pause(lookAgain.ms);
        status = await gather(flags.stack);
        faults = faultsOf(status, new Date());
      }
      if (flags.json === true) printJson({ ...status, faults });
      else process.stdout.write(page(status, faults));
      if (faults.length > 0) process.exitCode = exitCodes.promiseBroken;
    });
}

function page(status: Gathered, faults: readonly string[]): string {
  const { role, heartbeat, replay, journal } = status;
  const epoch = role === null ? 'unknown' : `${role.activeSite}, epoch ${String(role.epoch)}`;
  const lines = [
    `active site   ${epoch}`,
    `heartbeat     ${beatText(heartbeat)}`,
    ...Object.entries(replay?.databases ?? {}).map(([dataset, beat]) => `replayed      ${dataset} ${beatText(beat)}`),
    `stack ${status.stack.padEnd(7)} file says ${status.configured}, state says ${status.inState ?? 'nothing'}`,
    ...status.witnesses.map((witness) => `witness       ${witness.region}: ${said(witness.role)}`),
  ];
  for (const step of journal?.steps ?? []) {
    lines.push(`${step.id.padEnd(13)} ${step.outcome}${step.detail === '' ? '' : `: ${step.detail}`}`);
  }
  const stdout = process.stdout;
  const verdict =
    faults.length === 0
      ? [paint('green: the promise holds', 'green', stdout)]
      : faults.map((fault) => paint(`red: ${fault}`, 'red', stdout));
  return `${[...lines, ...verdict].join('\n')}\n`;
}

function beatText(beat: { readonly at: string; readonly sequence: number } | null): string {
  return beat === null ? 'none' : `${beat.at} #${String(beat.sequence)}`;
}

function said(role: Gathered['witnesses'][number]['role']): string {
  return 'state' in role ? role.state : `${role.activeSite}, epoch ${String(role.epoch)}`;
}
