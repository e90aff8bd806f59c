import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseDocument } from 'yaml';
import type { Role } from '../../recovery/sites';
import { runs } from '../../scripts/process-identity';
import type { Project } from './project';

export interface RoleFile {
  readonly file: string;
  dispose(): void;
}

const prefix = 'agente-dr-config-';

/** Copies of runs that were killed: they hold the stack's salt, and nobody else takes them away. */
function sweep(tmp: string): void {
  for (const name of fs.readdirSync(tmp)) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || runs({ host: os.hostname(), pid: Number(pid), start: '' }) !== false) continue;
    try {
      fs.rmSync(path.join(tmp, name), { recursive: true });
    } catch {
      // Another user's, or another run has swept it.
    }
  }
}

/**
 * A copy of the stack's file with another role, for one `pulumi` run. The file in Git stays as it is,
 * and everything else in the copy too: without its encryptionsalt or secretsprovider Pulumi would make
 * new ones. `pulumi config set` and `-c` rewrite the file itself.
 */
export function roleFile(project: Project, stack: string, role: Role): RoleFile {
  const document = parseDocument(project.stackText(stack));
  document.setIn(['config', 'agente-dr:role'], role);
  sweep(os.tmpdir());
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `${prefix}${String(process.pid)}-`));
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  fs.writeFileSync(file, document.toString(), { mode: 0o600 });
  return {
    file,
    dispose: () => {
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
