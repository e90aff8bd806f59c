import * as fs from 'node:fs';
import * as path from 'node:path';
import { openSealed } from '../../archive/sealed';
import type { Manifest } from '../../catalogue/manifest';
import { asServerUser } from '../../programs/server-programs';
import type { Work } from '../engine';
import { programInput } from './program-input';
import { damaged } from './damaged';
import { finishedSpace, unfinishedSpace, type RestoreFolder } from './restore-folder';
import { Readable } from 'node:stream';

/** Makes a server's files from a physical copy, as they stood at the copy's end. */
export async function restorePhysical(base: Manifest, folder: RestoreFolder, work: Work): Promise<void> {
  const [file] = base.files;
  if (file === undefined) throw damaged(base.id, 'it has no files');
  const step = work.progress.begin('restoring mysql', base.size.data);
  const content = openSealed(work, base, file);
  content.on('data', (chunk: Buffer) => step.advance(chunk.length)).pause();
  const unpack = asServerUser('mbstream', ['-x', '-C', folder.unfinished]);
  await programInput({ ...unpack, name: 'mbstream' }, content, work.signal).finally(() => step.end());
  // Before anything else: a server would make a state of its own of what has come in.
  fs.renameSync(path.join(folder.unfinished, finishedSpace), path.join(folder.unfinished, unfinishedSpace));
  await prepare(base, folder, work);
}

async function prepare(base: Manifest, folder: RestoreFolder, work: Work): Promise<void> {
  const args = [
    ...['--no-defaults', '--prepare', '--use-memory=128M', `--target-dir=${folder.unfinished}`],
    ...settingsOf(folder.unfinished, unfinishedSpace),
  ];
  const step = work.progress.begin('preparing mysql', null);
  const program = asServerUser('sh', ['-c', '"$@" 2>&1', 'prepare', 'mariadb-backup', ...args]);
  const said = await programInput({ ...program, name: 'mariadb-backup' }, Readable.from([]), work.signal).finally(() =>
    step.end(),
  );
  if (!/completed OK!\s*$/.test(said)) {
    throw damaged(
      base.id,
      `mariadb-backup --prepare did not say "completed OK!": ${said.trim().split('\n').slice(-3).join(' | ')}`,
    );
  }
}

/** What must be told of files to whoever opens them: page size and table space are not the default everywhere. */
export function settingsOf(data: string, space: string): string[] {
  const name = path.join(data, 'backup-my.cnf');
  const text = fs.existsSync(name) ? fs.readFileSync(name, 'utf8') : '';
  const parts = /^innodb_data_file_path=(.+)$/m.exec(text)?.[1] ?? `${finishedSpace}:12M:autoextend`;
  const page = /^innodb_page_size=(\d+)$/m.exec(text)?.[1];
  return [
    `--innodb-data-file-path=${parts.replace(finishedSpace, space)}`,
    ...(page === undefined ? [] : [`--innodb-page-size=${page}`]),
  ];
}
