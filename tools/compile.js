'use strict';
/**
 * Compiles the command line, the container side, the policy pack and the local regions to `.build/<key>`, so that no
 * process pays for TypeScript when it starts (a drill runs about fifteen). The key covers path, size
 * and time of every source: what runs is never older than what is written. No types are checked here;
 * `npm run types` does that.
 */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
/** The rooms that run as compiled JavaScript; Pulumi's own ts-node runs the others. */
const runtimeRooms = ['recovery', 'policy', 'scripts', 'local', 'cli'];

function sources(rooms) {
  return rooms
    .filter((room) => fs.existsSync(path.join(root, room)))
    .flatMap((room) => fs.readdirSync(path.join(root, room), { recursive: true }).map((name) => path.join(room, name)))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .sort();
}

function keyOf(files) {
  const hash = createHash('sha256');
  for (const file of [...files, 'tools/compile.js', 'tsconfig.json']) {
    const { size, mtimeMs } = fs.statSync(path.join(root, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

/** The folder that holds the compiled tree of today's sources; compiled now if it is not there yet. */
function compiled(rooms = runtimeRooms) {
  const files = sources(rooms);
  const target = path.join(root, '.build', keyOf(files));
  if (fs.existsSync(target)) return target;
  const draft = `${target}.${process.pid}`;
  require('esbuild').buildSync({
    absWorkingDir: root,
    entryPoints: files,
    outdir: draft,
    outbase: '.',
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    sourcemap: rooms === runtimeRooms ? true : 'inline',
    sourcesContent: false,
    logLevel: 'error',
  });
  try {
    fs.renameSync(draft, target);
  } catch (error) {
    if (!fs.existsSync(target)) throw error;
    fs.rmSync(draft, { recursive: true });
  }
  forgetOld(path.dirname(target));
  return target;
}

/** Trees that nobody has compiled for a day: a process that still runs from one has loaded what it needs. */
function forgetOld(folder) {
  const oldest = Date.now() - 24 * 60 * 60 * 1_000;
  for (const name of fs.readdirSync(folder)) {
    const tree = path.join(folder, name);
    const found = fs.statSync(tree, { throwIfNoEntry: false });
    if (found !== undefined && found.mtimeMs < oldest) fs.rmSync(tree, { recursive: true, force: true });
  }
}

module.exports = { compiled, root };
