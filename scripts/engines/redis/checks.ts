import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from '../../programs/run';
import { findProgram } from '../../programs/server-programs';
import type { FileNames } from './live-server';

function program(name: 'check-rdb' | 'check-aof'): string {
  try {
    return findProgram(`redis-${name}`);
  } catch {
    return findProgram(`valkey-${name}`);
  }
}

/** What redis-check-rdb has against a file; null for nothing. Its exit code and its last word must agree. */
export async function rdbFault(file: string, signal: AbortSignal): Promise<string | null> {
  const { exitCode, stdout } = await run(program('check-rdb'), [file], { signal, expect: [1] });
  if (exitCode === 0 && /RDB looks OK!/.test(stdout)) return null;
  return lastLines(stdout);
}

/** What redis-check-aof has against an append-only folder, asked by its manifest; null for nothing. */
export async function aofFault(folder: string, names: FileNames, signal: AbortSignal): Promise<string | null> {
  const manifest = path.join(folder, names.appendFolder, `${names.appendFile}.manifest`);
  if (!fs.existsSync(manifest)) return 'its manifest is missing';
  const { exitCode, stdout } = await run(program('check-aof'), [manifest], { signal, expect: [1] });
  if (exitCode === 0 && /All AOF files and manifest are valid/.test(stdout)) return null;
  return lastLines(stdout);
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-3).join(' | ');
