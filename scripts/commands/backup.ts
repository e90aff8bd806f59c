import { Argument, Command } from 'commander';
import { pointKinds, type PointKind } from '../catalogue/manifest';
import { interruptible, print, settingsFor, withSiteOptions, type SiteFlags } from './context';

interface BackupFlags extends SiteFlags {
  readonly takeOver?: true;
}

/** `agente-dr backup`. */
export function backupCommand(): Command {
  const command = new Command('backup')
    .description('take a recovery point of a dataset')
    .argument('<dataset>', 'postgres, pms, redis, secrets, prometheus, grafana, alertmanager: as the settings name it')
    .addArgument(new Argument('[kind]', 'how much').choices([...pointKinds]).default('full'))
    .option('--take-over', "this server goes on with the dataset's history, in the place of another");
  return withSiteOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  agente-dr backup postgres\n  agente-dr backup postgres incremental\n  agente-dr backup pms log\n  agente-dr backup redis --json 2>/dev/null | jq .id',
    )
    .action(async (dataset: string, kind: PointKind, flags: BackupFlags) => {
      const { backUp } = await import('../tasks/back-up.js');
      const settings = await settingsFor(flags);
      const request = { dataset, kind, takeOver: flags.takeOver === true };
      const point = await interruptible(flags, (conditions) => backUp(settings, request, conditions));
      print(flags, point, [point.id]);
    });
}
