import * as fs from 'node:fs';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseDocument } from 'yaml';

/** One place of a stack's file and what it is to say. */
export interface Edit {
  /** Keys from the configuration down, the namespace included; an entry of a list by its number. */
  readonly path: readonly string[];
  /** Undefined where there is nothing yet. */
  readonly from: unknown;
  readonly to: unknown;
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The smallest places in which one must be edited to say all that the other says. Nothing is taken out. */
export function editsBetween(before: unknown, after: unknown, at: readonly string[] = []): Edit[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isTree(before) || !isTree(after)) return [{ path: at, from: before, to: after }];
  return Object.entries(after).flatMap(([key, value]) => editsBetween(before[key], value, [...at, key]));
}

/** The text with its edits; comments, order and everything else stay. */
export function edited(text: string, edits: readonly Edit[]): string {
  const document = parseDocument(text);
  for (const { path: at, to } of edits) {
    // A plain value goes into the place that is there, with the comment behind it.
    document.setIn(['config', ...at], isTree(to) ? document.createNode(to) : to);
  }
  return document.toString({ lineWidth: 0 });
}

/** All of it or nothing, also when the machine loses its power in the middle. */
export function replaceFile(name: string, text: string): void {
  const file = fs.realpathSync(name);
  const draft = `${file}.${String(process.pid)}.draft`;
  try {
    const descriptor = fs.openSync(draft, 'wx', fs.statSync(file).mode);
    try {
      fs.writeFileSync(descriptor, text);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(draft, file);
  } finally {
    fs.rmSync(draft, { force: true });
  }
  const folder = fs.openSync(path.dirname(file), 'r');
  try {
    fs.fsyncSync(folder);
  } finally {
    fs.closeSync(folder);
  }
}
