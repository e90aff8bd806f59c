/** One file of an append-only folder, as its manifest lists it. */
export interface AppendOnlyFile {
  readonly name: string;
  readonly sequence: number;
  /** b: the state that the log begins with; i: the log; h: waits to be removed. */
  readonly type: 'b' | 'i' | 'h';
}

/** @throws Error for a line that is none of a manifest's. */
export function parseAppendOnlyManifest(text: string): AppendOnlyFile[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const found = /^file (\S+) seq (\d+) type ([bhi])(?: |$)/.exec(line.trim());
      const [, name, sequence, type] = found ?? [];
      if (name === undefined || name.includes('/')) throw new Error(`not a line of a manifest: ${line.slice(0, 80)}`);
      return { name, sequence: Number(sequence), type: type as AppendOnlyFile['type'] };
    });
}

/** Base first, then the log in its order: what the server would load. */
export function loadedFiles(files: readonly AppendOnlyFile[]): AppendOnlyFile[] {
  const bySequence = (a: AppendOnlyFile, b: AppendOnlyFile): number => a.sequence - b.sequence;
  return [...files.filter(({ type }) => type === 'b'), ...files.filter(({ type }) => type === 'i').sort(bySequence)];
}

/** A manifest of these files alone. */
export const manifestText = (files: readonly AppendOnlyFile[]): string =>
  files.map(({ name, sequence, type }) => `file ${name} seq ${String(sequence)} type ${type}\n`).join('');
