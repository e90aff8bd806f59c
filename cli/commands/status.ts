import { Command } from 'commander';
import { exitCodes } from '../../recovery/errors';
import type { Gathered } from '../status/gather';
import { paint, printJson } from '../output';

/** `agente-dr status`. */
export function statusCommand(): Command {
  return new Command('status')
    .description('which site is active, what the witnesses say, and how far a failover is; exit code 5 when red')
    .option('--stack <name>', 'stack whose file names the regions', 'dr')
    .option('--json', 'print to stdout for machines')
    .addHelpText('after', '\nExamples:\n  agente-dr status\n  agente-dr status --json | jq .faults')
    .action(async (flags: { stack: string; json?: true }) => {
      const { gather } = await import('../status/gather.js');
      const { faultsOf } = await import('../status/judge.js');
      const status = await gather(flags.stack);
      const faults = faultsOf(status, new Date());
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
    `heartbeat     ${heartbeat === null ? 'none' : `${heartbeat.at} #${String(heartbeat.sequence)}`}`,
    `replayed      ${replay?.beat == null ? 'none' : `${replay.beat.at} #${String(replay.beat.sequence)}`}`,
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

function said(role: Gathered['witnesses'][number]['role']): string {
  return 'state' in role ? role.state : `${role.activeSite}, epoch ${String(role.epoch)}`;
}
