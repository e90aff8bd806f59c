import { spawn } from 'node:child_process';
import * as path from 'node:path';
import type { Machine } from '../machine';
import { serverEnvironment } from './context';

/**
 * Sweeps the region when this supervisor has ended, whatever ended it. Its servers and programs die with
 * it, but that wish is not handed down: what they had started themselves would outlive them, and pgBackRest
 * tries for a minute to reach a store that is gone. The shell waits for the end of its input, which ends
 * with this process, and becomes the sweeper only then.
 */
export function keepLastWatch(machine: Machine, region: string): void {
  const sweeper = [process.execPath, path.join(__dirname, 'sweep.js'), machine.dir, region];
  const watch = spawn('sh', ['-c', 'read -r never; exec "$@"', 'last-watch', ...sweeper], {
    cwd: machine.regionDir(region),
    env: serverEnvironment(machine, region),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watch.unref();
}
