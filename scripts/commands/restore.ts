import { Command, Option } from 'commander';
import { AgenteError } from '../../recovery/errors';
import type { RestoreTarget } from '../engines/engine';
import { parseInstant } from '../recovery-points/instant';
import { interruptible, print, settingsFor, withSiteOptions, type SiteFlags } from './context';

interface RestoreFlags extends SiteFlags {
  readonly targetTime?: string;
  readonly targetPosition?: string;
  readonly walDir?: string;
  readonly into?: string;
  readonly fromBucket?: string;
  readonly identity?: string;
  readonly region?: string;
  readonly dryRun?: true;
  readonly confirm?: string;
}

/** `agente-dr restore`. */
export function restoreCommand(): Command {
  const command = new Command('restore')
    .description('bring a dataset back: made and checked beside the live state, then put in its place')
    .argument('[dataset]', 'as the settings name it')
    .argument('[archive]', 'id of a recovery point, a file, or `latest`; without it, the best point for the target')
    .addOption(
      new Option('--target-time <time>', 'replay to this moment; without a zone it is UTC').conflicts('targetPosition'),
    )
    .option(
      '--target-position <position>',
      "replay to the engine's own coordinate: LSN, restore point, GTID, FILE:POSITION",
    )
    .option('--wal-dir <folder>', 'further log files that are not in the vault')
    .addOption(new Option('--into <folder>', 'restore into an empty folder, and leave the live state alone'))
    .option('--from-bucket <place>', 'clean room: every dataset of s3://BUCKET or of a folder, into an empty folder')
    .option('--identity <file>', 'private age key, for --from-bucket')
    .option('--region <region>', 'of the bucket; default AWS_REGION')
    .option('--dry-run', 'show the plan: what, from where, how far, how much is lost')
    .option('--confirm <target>', 'what is to be replaced, as the plan names it');
  return withSiteOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  agente-dr restore postgres --dry-run\n  agente-dr restore postgres --target-time "2026-11-28 14:30:00" --confirm primary/postgres\n  agente-dr restore pms backups/qloapps-latest.sql.gz --confirm primary/pms\n  agente-dr restore redis --into /tmp/look\n  agente-dr restore --from-bucket s3://agente-dr-vault-… --identity site.key --into /srv/back',
    )
    .action(run);
}

async function run(dataset: string | undefined, archive: string | undefined, flags: RestoreFlags): Promise<void> {
  if (flags.fromBucket !== undefined) {
    await (await import('./clean-room.js')).cleanRoom(flags.fromBucket, flags);
    return;
  }
  if (dataset === undefined)
    throw new AgenteError('argument-invalid', 'no dataset is named', 'Name one, or --from-bucket.');
  const { restore } = await import('../tasks/restore.js');
  const settings = await settingsFor(flags);
  const request = {
    dataset,
    from: archive ?? null,
    target: targetOf(archive, flags),
    logFolder: flags.walDir ?? null,
    into: flags.into ?? null,
    dryRun: flags.dryRun === true,
    // A look into an empty folder replaces nothing.
    confirm: flags.confirm ?? flags.into ?? null,
  };
  const done = await interruptible(flags, (conditions) => restore(settings, request, conditions));
  const ended =
    done.folder === null
      ? [`dry run: nothing was done. To do it: --confirm ${done.plan.target}`]
      : [`${dataset} is back in ${done.folder} after ${String(Math.round(done.seconds))} s`].concat(
          done.previous === null ? [] : [`what was there before is in ${done.previous}`],
        );
  print(flags, done, [...done.plan.lines, ...ended]);
}

function targetOf(archive: string | undefined, { targetTime, targetPosition }: RestoreFlags): RestoreTarget {
  if (targetTime !== undefined) return { to: 'time', time: parseInstant(targetTime) };
  if (targetPosition !== undefined) return { to: 'position', position: targetPosition };
  return archive === undefined ? { to: 'latest' } : { to: 'point' };
}
