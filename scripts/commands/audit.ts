import { Command } from 'commander';
import { print, settingsFor, withSiteOptions, type SiteFlags } from './context';

interface AuditFlags extends SiteFlags {
  readonly head?: string;
}

/** `agente-dr audit`. */
export function auditCommand(): Command {
  const verify = new Command('verify')
    .description(
      'follow the hash chain of backup.log and restore.log; exit code 1 and the first broken link when it breaks',
    )
    .option('--head <hash>', 'hash of an entry that was written down earlier; it must still be there');
  return new Command('audit').description('the trail of every backup, restore and validation').addCommand(
    withSiteOptions(verify)
      .addHelpText('after', '\nExamples:\n  agente-dr audit verify\n  agente-dr audit verify --json | jq .[].head')
      .action(async (flags: AuditFlags) => {
        const { verifyChain } = await import('../audit/verify.js');
        const { logs } = await settingsFor(flags);
        const backup = await verifyChain(logs, 'backup', null);
        const restore = await verifyChain(logs, 'restore', null);
        const chains = [backup, restore];
        if (flags.head !== undefined) await verifyHead(logs, flags.head);
        print(
          flags,
          chains,
          chains.map(({ file, entries, head }) => `${file}: ${String(entries)} entries hold, head ${head}`),
        );
      }),
  );
}

/** The hash may be of either log. */
async function verifyHead(logs: string, head: string): Promise<void> {
  const { verifyChain } = await import('../audit/verify.js');
  try {
    await verifyChain(logs, 'backup', head);
  } catch {
    await verifyChain(logs, 'restore', head);
  }
}
