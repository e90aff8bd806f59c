import { Command } from 'commander';
import { exitCodes } from '../../recovery/errors';
import { paint, printJson, say } from '../output';
import type { RebuildResult } from '../rebuild/rebuild';

interface Flags {
  readonly stack: string;
  readonly write?: true;
  readonly json?: true;
}

const examples = `
For a site that was active until the other one took over. Every database gets its next generation, as a
replica of the one that serves; those of before stay under \`retained\`, for what was booked there and
nowhere else. Only the file is edited. Exit code 7 when it says all of it already.

Examples:
  agente-dr rebuild --stack primary            after a failover to dr: the edits of Pulumi.primary.yaml
  agente-dr rebuild --stack primary --write    makes them; comments stay
  agente-dr rebuild --stack dr --json | jq -r '.next[]'`;

/** `agente-dr rebuild`. */
export function rebuildCommand(): Command {
  return new Command('rebuild')
    .description('make a site that was given up the standby of the one that serves')
    .requiredOption('--stack <name>', 'stack of the site that is to follow')
    .option('--write', "edit the stack's file")
    .option('--json', 'print to stdout for machines')
    .addHelpText('after', examples)
    .action(run);
}

async function run({ stack, write, json }: Flags): Promise<void> {
  const { rebuild } = await import('../rebuild/rebuild.js');
  const result = await rebuild(stack, write ?? false);
  if (json === true) printJson(result);
  else for (const line of linesOf(result)) say(line);
  if (result.outcome === 'nothing-to-do') process.exitCode = exitCodes.nothingToDo;
}

function linesOf({ outcome, site, follows, file, edits, source, next }: RebuildResult): string[] {
  const heads: Readonly<Record<RebuildResult['outcome'], string>> = {
    planned: `${file} would say, for ${site} to follow ${follows} (its generations are from ${source}):`,
    written: `${file} says now, for ${site} to follow ${follows} (its generations are from ${source}):`,
    'nothing-to-do': `There is nothing to do: ${file} says already that ${site} follows ${follows}.`,
  };
  const changes = edits.map(({ path, from, to }) => {
    const before = from === undefined ? '' : `${JSON.stringify(from)} -> `;
    return `  ${path.join('.')}: ${before}${JSON.stringify(to)}`;
  });
  return [paint(heads[outcome], 'bold'), ...changes, 'Next:', ...next.map((command) => `  ${command}`)];
}
