import * as fs from 'node:fs';
import * as path from 'node:path';

/** Writes a file with mode 0600 that belongs to whoever owns its folder: servers run as another user than the supervisor. */
export function writeOwned(file: string, content: string): void {
  const owner = fs.statSync(path.dirname(file));
  const draft = `${file}.new`;
  fs.rmSync(draft, { force: true });
  fs.writeFileSync(draft, content, { mode: 0o600 });
  fs.chownSync(draft, owner.uid, owner.gid);
  fs.renameSync(draft, file);
}
