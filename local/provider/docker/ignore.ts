import * as fs from 'node:fs';
import * as path from 'node:path';

interface Rule {
  readonly text: string;
  readonly pattern: RegExp;
  readonly keeps: boolean;
}

/** What a `.dockerignore` leaves out of a build context. The last rule that fits a path, or a folder above it, decides. */
export class Ignore {
  private constructor(private readonly rules: readonly Rule[]) {}

  static parse(text: string): Ignore {
    const lines = text.split('\n').map((line) => line.trim());
    return new Ignore(lines.filter((line) => line !== '' && !line.startsWith('#')).map(ruleOf));
  }

  leavesOut(file: string): boolean {
    const parts = file.split('/');
    const ways = parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
    return this.rules.reduce(
      (out, { pattern, keeps }) => (ways.some((way) => pattern.test(way)) ? !keeps : out),
      false,
    );
  }

  /** Whether something under a folder that is left out may be kept after all. */
  mayKeepUnder(folder: string): boolean {
    return this.rules.some(({ keeps, text }) => keeps && (text.includes('*') || text.startsWith(`${folder}/`)));
  }
}

function ruleOf(line: string): Rule {
  const keeps = line.startsWith('!');
  const text = path.posix.normalize(keeps ? line.slice(1) : line).replace(/^\/+|\/+$/g, '');
  return { text, keeps, pattern: new RegExp(`^${expression(text)}$`) };
}

function expression(text: string): string {
  return text
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((piece) => wildcards[piece] ?? piece.replace(/[.+^${}()|[\]\\]/g, '\\$&'))
    .join('');
}

const wildcards: Readonly<Record<string, string>> = {
  '**/': '(?:[^/]+/)*',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};

/** The files of a build context, sorted. */
export function contextFiles(context: string, ignore: Ignore, always: readonly string[]): string[] {
  const walk = (folder: string): string[] =>
    fs.readdirSync(path.join(context, folder), { withFileTypes: true }).flatMap((entry) => {
      const name = path.posix.join(folder, entry.name);
      const out = ignore.leavesOut(name) && !always.includes(name);
      if (entry.isDirectory()) return out && !ignore.mayKeepUnder(name) ? [] : walk(name);
      return out ? [] : [name];
    });
  return [...new Set([...walk(''), ...always.filter((name) => fs.existsSync(path.join(context, name)))])].sort();
}
