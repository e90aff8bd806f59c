import { createMachine } from '../../local/up';
import type { Machine } from '../../local/machine';
import { machineVariable } from '../../local/processes';
import { bringUp } from '../bring-up';
import type { Running } from './running';

/** Two regions and a witness, and both sites deployed on them by the commands that an operator runs. */
export async function standUp(run: Running): Promise<Machine> {
  run.begin('machine');
  const { keep, timeScale } = run.options;
  // A machine with an owner ends with it, however the drill ends.
  const machine = await createMachine({ name: run.name, owner: keep ? null : process.pid, timeScale });
  run.machine = machine;
  // Whatever this process starts from now on belongs to the machine, so that its end sweeps it away too.
  process.env[machineVariable] = machine.dir;
  run.begin('deploy');
  const note = (text: string): void => {
    // A line of pulumi about one resource, behind the title of the run that it belongs to.
    if (/: [+~-] /.test(text)) run.options.view.detail(text);
    else run.note(text);
  };
  await bringUp(machine, note, run.options.signal);
  return machine;
}
