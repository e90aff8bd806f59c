import { Command } from 'commander';
import type { Manifest } from '../catalogue/manifest';
import { bytesText } from '../progress/watchers';
import { interruptible, print, settingsFor, withSiteOptions, type SiteFlags } from './context';

interface ExpireFlags extends SiteFlags {
  readonly dryRun?: true;
  readonly accept?: string;
}

/** `agente-dr catalog`. */
export function catalogCommand(): Command {
  return new Command('catalog')
    .description('the recovery points there are')
    .addCommand(
      withSiteOptions(
        new Command('list').description('every recovery point, oldest first').argument('[dataset]'),
      ).action(list),
    )
    .addCommand(
      withSiteOptions(
        new Command('show').description('all that is known of one').argument('<dataset>').argument('<id>'),
      ).action(show),
    )
    .addCommand(
      withSiteOptions(
        new Command('verify')
          .description(
            'look for damage without restoring: files, sizes, hashes, gaps in the logs; exit code 1 names it',
          )
          .argument('<dataset>')
          .argument('[id]', 'one point; all without it'),
      ).action(verify),
    )
    .addCommand(
      withSiteOptions(
        new Command('expire')
          .description('remove what has outlived its retention, never what a younger point needs')
          .argument('<dataset>')
          .option('--dry-run', 'say what would go')
          .option('--accept <id>', 'this point has shrunk, and that is as it should be'),
      ).action(expireOld),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  agente-dr catalog list\n  agente-dr catalog verify postgres\n  agente-dr catalog expire pms --dry-run',
    );
}

async function list(dataset: string | undefined, flags: SiteFlags): Promise<void> {
  const { listPoints } = await import('../tasks/look.js');
  const settings = await settingsFor(flags);
  const listings = await listPoints(settings, dataset ?? null);
  const lines = listings.flatMap(({ points, unreadable }) => [
    ...points.map(lineOf),
    ...unreadable.map(({ key, fact }) => `UNREADABLE ${key}: ${fact}`),
  ]);
  print(flags, listings, lines.length === 0 ? ['no recovery points yet: agente-dr backup'] : lines);
}

const lineOf = ({ dataset, id, lineage, method, restorable, size }: Manifest): string =>
  [
    dataset.padEnd(12),
    id,
    lineage.padEnd(11),
    method.padEnd(15),
    `to ${restorable.to}`,
    bytesText(size.stored).padStart(10),
  ].join('  ');

async function show(dataset: string, id: string, flags: SiteFlags): Promise<void> {
  const { showPoint } = await import('../tasks/look.js');
  const shown = await showPoint(await settingsFor(flags), dataset, id);
  print({ ...flags, json: true }, shown, []);
}

async function verify(dataset: string, id: string | undefined, flags: SiteFlags): Promise<void> {
  const { verifyPoints } = await import('../tasks/look.js');
  const settings = await settingsFor(flags);
  const verified = await interruptible(flags, (conditions) => verifyPoints(settings, dataset, id ?? null, conditions));
  print(
    flags,
    verified,
    verified.map((point) => `${point}: every file is there, and as it was written`),
  );
}

async function expireOld(dataset: string, flags: ExpireFlags): Promise<void> {
  const { expire } = await import('../tasks/expire.js');
  const settings = await settingsFor(flags);
  const request = { dataset, dryRun: flags.dryRun === true, accept: flags.accept ?? null };
  const { expired, kept } = await interruptible(flags, (conditions) => expire(settings, request, conditions));
  const word = request.dryRun ? 'would go' : 'gone';
  const lines = [...expired.map(({ id }) => `${id} ${word}`), `${String(kept.size)} kept`];
  print(flags, { expired: expired.map(({ id }) => id), kept: Object.fromEntries(kept) }, lines);
}
