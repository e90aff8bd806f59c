import { Command } from 'commander';
import { AgenteError } from '../../recovery/errors';
import { paint, printJson } from '../output';

/** `agente-dr doctor`. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('whether this machine has what a drill and a failover need')
    .option('--json', 'print to stdout for machines')
    .action(async (flags: { json?: true }) => {
      const { checks } = await import('../doctor/checks.js');
      const results = await checks();
      if (flags.json === true) printJson(results);
      else {
        for (const { name, found } of results) {
          const mark = found === null ? paint('✘', 'red', process.stdout) : paint('✔', 'green', process.stdout);
          process.stdout.write(`${mark} ${name.padEnd(24)} ${found ?? 'missing'}\n`);
        }
      }
      const missing = results.filter(({ found }) => found === null);
      if (missing.length === 0) return;
      const hints = [...new Set(missing.map(({ hint }) => hint))].join(' ');
      throw new AgenteError('prerequisite-missing', `missing: ${missing.map(({ name }) => name).join(', ')}`, hints);
    });
}
