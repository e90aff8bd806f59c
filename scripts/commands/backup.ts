import { Argument, Command, Option } from 'commander';
import { AgenteError } from '../../recovery/errors';
import { pointKinds, type PointKind } from '../catalogue/manifest';
import { interruptible, print, settingsFor, withSiteOptions, type SiteFlags } from './context';

interface BackupFlags extends SiteFlags {
  readonly takeOver?: true;
  readonly follow?: true;
}

/** `agente-dr backup`. */
export function backupCommand(): Command {
  const command = new Command('backup')
    .description('take a recovery point of a dataset')
    .argument('<dataset>', 'postgres, pms, redis, secrets, prometheus, grafana, alertmanager: as the settings name it')
    .addArgument(new Argument('[kind]', 'how much').choices([...pointKinds]).default('full'))
    .option('--take-over', "this server goes on with the dataset's history, in the place of another")
    .addOption(
      new Option('--follow', 'kind log: ship it as it is written, until Ctrl-C or SIGTERM').conflicts('takeOver'),
    );
  return withSiteOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  agente-dr backup postgres\n  agente-dr backup postgres incremental\n  agente-dr backup pms log\n  agente-dr backup pms log --follow              for a service: nothing acknowledged is lost with the server\n  agente-dr backup redis --json 2>/dev/null | jq .id',
    )
    .action(async (dataset: string, kind: PointKind, flags: BackupFlags) => {
      if (flags.follow === true) return followed(dataset, kind, flags);
      const { backUp } = await import('../tasks/back-up.js');
      const settings = await settingsFor(flags);
      const request = { dataset, kind, takeOver: flags.takeOver === true };
      const point = await interruptible(flags, (conditions) => backUp(settings, request, conditions));
      print(flags, point, [point.id]);
    });
}

async function followed(dataset: string, kind: PointKind, flags: BackupFlags): Promise<void> {
  if (kind !== 'log') {
    const hint = `agente-dr backup ${dataset} log --follow`;
    throw new AgenteError('argument-invalid', `a copy of kind ${kind} has an end: there is nothing to follow`, hint);
  }
  const { followLog } = await import('../tasks/follow-log.js');
  const settings = await settingsFor(flags);
  const done = await interruptible(flags, (conditions) => followLog(settings, dataset, conditions));
  const reach = done.reaches === null ? '' : `, up to ${done.reaches}`;
  print(flags, done, [`${String(done.pieces)} pieces of the log of ${dataset} were shipped${reach}`]);
}
