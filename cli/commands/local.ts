import { Command } from 'commander';
import { AgenteError } from '../../recovery/errors';
import type { Machine } from '../../local/machine';
import type { FoundMachine } from '../../local/up';
import { printJson, say } from '../output';

const defaultName = 'local';

/** `agente-dr local up|status|down|env`. */
export function localCommand(): Command {
  return new Command('local')
    .description('regions on this machine')
    .addCommand(upCommand())
    .addCommand(statusCommand())
    .addCommand(downCommand())
    .addCommand(envCommand());
}

function upCommand(): Command {
  return new Command('up')
    .description('start two regions and a witness, and deploy both sites by pulumi up')
    .argument('[name]', 'name of the machine', defaultName)
    .option('--empty', 'start the regions only; deploy nothing')
    .addHelpText('after', '\nExamples:\n  eval "$(agente-dr local up)"\n  agente-dr local up second --empty')
    .action(async (name: string, flags: { empty?: true }) => {
      const { createMachine } = await import('../../local/up.js');
      say(`starting regions of machine ${name}`);
      const machine = await createMachine({ name, owner: null });
      if (flags.empty !== true) {
        const { bringUp } = await import('../bring-up.js');
        await bringUp(machine, say);
      }
      say(
        `machine ${name} stands in ${machine.dir}; https://${machine.file.domain}:${String(machine.file.listenerPort)}`,
      );
      await printEnvironment(machine);
    });
}

function downCommand(): Command {
  return new Command('down')
    .description('stop a machine and remove everything of it')
    .argument('[name]', 'name of the machine', defaultName)
    .option('--all', 'every machine of this user')
    .action(async (name: string, flags: { all?: true }) => {
      const { listMachines, stopMachine } = await import('../../local/up.js');
      const found = flags.all === true ? listMachines() : [await machineNamed(name)];
      for (const { machine } of found) {
        await stopMachine(machine);
        say(`machine ${machine.file.name} is gone`);
      }
    });
}

function envCommand(): Command {
  return new Command('env')
    .description('print the variables that bind a shell to a machine')
    .argument('[name]', 'name of the machine', defaultName)
    .addHelpText('after', '\nExample:\n  eval "$(agente-dr local env)" && pulumi preview --stack dr')
    .action(async (name: string) => {
      await printEnvironment((await machineNamed(name)).machine);
    });
}

function statusCommand(): Command {
  return new Command('status')
    .description('what runs on the machines, part by part')
    .argument('[name]', 'name of one machine')
    .option('--json', 'print to stdout for machines')
    .action(async (name: string | undefined, flags: { json?: true }) => {
      const { listMachines } = await import('../../local/up.js');
      const found = name === undefined ? listMachines() : [await machineNamed(name)];
      const described = await Promise.all(found.map(describe));
      if (flags.json === true) printJson(described);
      else if (described.length === 0) say('no machine stands here');
      else for (const machine of described) process.stdout.write(table(machine));
    });
}

type Description = Awaited<ReturnType<typeof describe>>;

async function describe({ machine, processes }: FoundMachine) {
  const { regionClient } = await import('../../local/supervisor/client.js');
  const call = regionClient(machine);
  const regions = await Promise.all(
    Object.keys(machine.file.addresses).map(async (region) => {
      try {
        return { ...(await call(region, 'status', {})), answers: true };
      } catch {
        return { region, address: machine.address(region), parts: [], answers: false };
      }
    }),
  );
  const { name, domain, listenerPort } = machine.file;
  return { name, dir: machine.dir, processes, service: `https://${domain}:${String(listenerPort)}`, regions };
}

function table(machine: Description): string {
  const lines = [`${machine.name}  ${machine.dir}  ${machine.service}  ${String(machine.processes)} processes`];
  for (const region of machine.regions) {
    lines.push(`  ${region.region}  ${region.address}${region.answers ? '' : '  does not answer'}`);
    for (const part of region.parts) {
      const pid = part.pid === null ? '' : ` pid ${String(part.pid)}`;
      lines.push(`    ${part.state.padEnd(9)} ${part.kind} ${part.name}${pid}  ${part.detail}`.trimEnd());
    }
  }
  return `${lines.join('\n')}\n`;
}

/** @throws AgenteError machine-not-running when there is none of that name. */
async function machineNamed(name: string): Promise<FoundMachine> {
  const { listMachines } = await import('../../local/up.js');
  const found = listMachines().find(({ machine }) => machine.file.name === name);
  if (found !== undefined) return found;
  throw new AgenteError('machine-not-running', `no machine is named ${name}`, 'Start one with `agente-dr local up`.');
}

async function printEnvironment(machine: Machine): Promise<void> {
  const { environment } = await import('../../local/env.js');
  for (const [key, value] of Object.entries(environment(machine))) {
    const line = value === undefined ? `unset ${key}` : `export ${key}='${value.replaceAll("'", "'\\''")}'`;
    process.stdout.write(`${line}\n`);
  }
}
