import * as fs from 'node:fs';
import * as path from 'node:path';
import { Command } from 'commander';
import { AgenteError, exitCodes } from '../../recovery/errors';
import { checkoutRoot } from '../../scripts/checkout';
import type { GateReport } from '../gate/report';
import { writeWhole } from '../written-file';

interface GateFlags {
  readonly from: readonly string[];
  readonly results: string;
  readonly acknowledge?: readonly string[];
  readonly proof?: string;
  readonly json?: true;
  readonly sarif?: string;
  readonly markdown?: string;
}

const examples = `
Examples:
  agente-dr gate --from primary.json dr.json                 everything that stands between two plans and their update
  agente-dr gate --from dr.json --sarif gate.sarif           for code scanning
  agente-dr gate --from dr.json --acknowledge URN --proof proof.json
                                                             a store goes, and its newest backup was verified today

A plan is what \`pulumi preview --json --show-sames --stack STACK > FILE\` prints.

Exit codes: 0 open, 5 a promise is broken, 10 a store would be lost, 4 a plan is not whole.`;

/** `agente-dr gate`. */
export function gateCommand(): Command {
  return new Command('gate')
    .description(
      'holds saved plans against every rule, the drills, and what would be lost; closed with exit code 5 or 10',
    )
    .requiredOption('--from <files...>', 'plans that were saved')
    .option('--results <folder>', 'where drills have left their results', 'drills')
    .option('--acknowledge <urns...>', 'stores that may go, each by its whole URN')
    .option('--proof <file>', 'that their newest recovery points were verified within a day')
    .option('--json', 'for machines')
    .option('--sarif <file>', 'write it for code scanning too')
    .option('--markdown <file>', 'write it for a comment too')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: GateFlags): Promise<void> {
  const report = await reportFor(flags);
  const { gateText, gateMarkdown } = await import('../gate/text.js');
  if (flags.sarif !== undefined) {
    const { gateSarif } = await import('../gate/sarif.js');
    writeWhole(flags.sarif, `${JSON.stringify(gateSarif(report), null, 2)}\n`);
  }
  if (flags.markdown !== undefined) writeWhole(flags.markdown, gateMarkdown(report));
  process.stdout.write(flags.json === true ? `${JSON.stringify(report, null, 2)}\n` : gateText(report));
  if (report.verdict === 'open') return;
  const lost = report.findings.some(({ rule }) => rule === 'dr-gate-destroy' || rule === 'dr-gate-unprotect');
  process.exitCode = lost ? exitCodes.refused : exitCodes.promiseBroken;
}

async function reportFor({ from, results, acknowledge = [], proof }: GateFlags): Promise<GateReport> {
  const { readPlannedStack } = await import('../gate/planned-stack.js');
  const { readProofs } = await import('../gate/destruction.js');
  const { gateReport } = await import('../gate/report.js');
  const { savedPlanText } = await import('../preview/run.js');
  const { pastDrills } = await import('../drill/results.js');
  const stacks = from.map((file) => {
    const { stack, text } = savedPlanText(file);
    return readPlannedStack(stack, text);
  });
  const drFile = path.join(checkoutRoot(), 'Pulumi.dr.yaml');
  return gateReport({
    stacks,
    assent: { acknowledged: acknowledge, proofs: proof === undefined ? [] : readProofs(proof) },
    drills: pastDrills(results).map(({ result }) => result),
    exemptions: exemptions(),
    drFile: fs.existsSync(drFile) ? fs.readFileSync(drFile, 'utf8') : null,
    now: new Date(),
  });
}

/** @throws AgenteError config-invalid */
function exemptions(): unknown {
  const file = path.join(checkoutRoot(), 'policy', 'exemptions.json');
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new AgenteError('config-invalid', `${file} cannot be read: ${String(error)}`, '[] exempts nothing.', {
      cause: error,
    });
  }
}
