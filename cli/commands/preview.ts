import { Command, Option } from 'commander';
import { exitCodes } from '../../recovery/errors';
import { sites } from '../../recovery/sites';
import { writeWhole } from '../written-file';

interface PreviewFlags {
  readonly stack?: string;
  readonly json?: true;
  readonly markdown?: true;
  readonly out?: string;
  readonly from?: readonly string[];
}

const examples = `
Examples:
  agente-dr preview                              what the changes do to recovery, in both regions
  agente-dr preview --stack dr                   in one of them; the other is taken as declared
  agente-dr preview --markdown --out comment.md  for a comment on the pull request
  agente-dr preview --from primary.json dr.json  of plans that were saved before
                                                 (pulumi preview --json --show-sames)

Exit codes: 0 every promise is kept, 5 one is broken.`;

/** `agente-dr preview`. */
export function previewCommand(): Command {
  return new Command('preview')
    .description(
      'what a change does to data, objectives and guests, before it is made; exit code 5 when a promise breaks',
    )
    .addOption(new Option('--stack <stack>', 'preview only this one').choices([...sites]).conflicts('from'))
    .option('--from <files...>', 'read saved plans in place of making them')
    .addOption(new Option('--json', 'for machines').conflicts('markdown'))
    .option('--markdown', 'for a comment on a pull request, never longer than GitHub takes')
    .option('--out <file>', 'write the report there and not to stdout')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: PreviewFlags): Promise<void> {
  const { reportOf } = await import('../preview/report.js');
  const { parityFindings } = await import('../preview/parity.js');
  const plans = flags.from === undefined ? await made(flags) : await saved(flags.from);
  const report = reportOf(plans, parityFindings(plans, new Date()));
  const text = await rendered(report, flags);
  if (flags.out === undefined) process.stdout.write(text);
  else writeWhole(flags.out, text);
  if (report.verdict === 'broken') process.exitCode = exitCodes.promiseBroken;
}

async function saved(files: readonly string[]) {
  const { savedPlan } = await import('../preview/run.js');
  return files.map(savedPlan);
}

/** Side by side: a preview waits for its program more than it works. */
async function made({ stack }: PreviewFlags) {
  const { Project } = await import('../pulumi/project.js');
  const { previewStack } = await import('../preview/run.js');
  const { Waiting } = await import('../preview/waiting.js');
  const project = Project.find();
  const stacks = stack === undefined ? sites : [stack];
  const interrupted = new AbortController();
  const stop = (): void => {
    interrupted.abort();
  };
  process.once('SIGINT', stop);
  const waiting = Waiting.begin(`pulumi preview of ${stacks.join(' and ')}`);
  try {
    return await Promise.all(stacks.map((name) => previewStack(project, name, interrupted.signal)));
  } catch (error) {
    interrupted.abort();
    throw error;
  } finally {
    waiting.end();
    process.off('SIGINT', stop);
  }
}

async function rendered(
  report: import('../preview/report-schema.js').PreviewReport,
  { json, markdown }: PreviewFlags,
): Promise<string> {
  if (json === true) return `${JSON.stringify(report, null, 2)}\n`;
  if (markdown === true) return (await import('../preview/markdown.js')).reportMarkdown(report);
  return (await import('../preview/text.js')).reportText(report);
}
