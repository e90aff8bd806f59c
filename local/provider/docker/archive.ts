import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Fields } from '../fields';
import { canonical } from '../values';
import { contextFiles, Ignore } from './ignore';

/** What a build takes in: the context, and how it is built from it. */
export interface Build {
  readonly context: string;
  readonly dockerfile: string;
  readonly platform: string | null;
  /** Target, arguments and the like: they make another image of the same context. */
  readonly options: string;
}

/** @param folder what a relative context is relative to. @throws Error when there is no Dockerfile. */
export function buildOf(inputs: Fields, folder: string): Build {
  const build = inputs.block('build');
  const context = path.resolve(folder, build.optionalText('context') ?? '.');
  const given = build.optionalText('dockerfile');
  const dockerfile = given === null ? path.join(context, 'Dockerfile') : path.resolve(folder, given);
  if (!fs.existsSync(dockerfile)) throw new Error(`no Dockerfile at ${dockerfile}`);
  const platform = build.optionalText('platform');
  const args = build.block('args').plain();
  return {
    context,
    dockerfile,
    platform,
    options: canonical({ platform, target: build.optionalText('target'), args }),
  };
}

/**
 * The image of a build on this machine: no layers, but the very files that Docker would be sent, with
 * nothing in them of when and by whom they were packed. The same context is the same digest.
 */
export function archiveOf(build: Build): Buffer {
  const inside = path.relative(build.context, build.dockerfile);
  const ignore = Ignore.parse(ignoreText(build));
  const files = contextFiles(build.context, ignore, inside.startsWith('..') ? [] : [inside]);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-dr-build-'));
  try {
    fs.writeFileSync(path.join(scratch, '.build.json'), build.options);
    fs.copyFileSync(build.dockerfile, path.join(scratch, '.Dockerfile'));
    const impersonal = ['--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u+rw,go+r,go-w'];
    const places = [
      '-C',
      scratch,
      '.build.json',
      '.Dockerfile',
      '-C',
      build.context,
      '--null',
      '--no-recursion',
      '-T',
      '-',
    ];
    return execFileSync('tar', ['-cf', '-', '--format=gnu', '--sort=name', ...impersonal, ...places], {
      input: files.map((file) => `${file}\0`).join(''),
      maxBuffer: largestArchive,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  } finally {
    fs.rmSync(scratch, { recursive: true });
  }
}

const largestArchive = 512 * 1024 * 1024;

export const digestOf = (archive: Buffer): string => `sha256:${createHash('sha256').update(archive).digest('hex')}`;

/** A Dockerfile may have an ignore file of its own beside it; else the context's counts. */
function ignoreText({ context, dockerfile }: Build): string {
  const places = [`${dockerfile}.dockerignore`, path.join(context, '.dockerignore')];
  const found = places.find((place) => fs.existsSync(place));
  return found === undefined ? '' : fs.readFileSync(found, 'utf8');
}
