'use strict';
/**
 * Bundles the language host into one executable file with nothing beside it: the cache outlives the
 * checkout that filled it, and another checkout may be using it at this moment.
 */
const fs = require('node:fs');
const path = require('node:path');

const sourceFolder = __dirname;

/** Writes the executable to `target`; whoever starts it at this moment finds the old one or the new one. */
function buildLanguageHost(target) {
  const draft = `${target}.${process.pid}`;
  require('esbuild').buildSync({
    entryPoints: [path.join(sourceFolder, 'main.ts')],
    outfile: draft,
    bundle: true,
    minify: true,
    // Class and function names are looked up by the generated protobuf code.
    keepNames: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'error',
  });
  fs.chmodSync(draft, 0o755);
  fs.renameSync(draft, target);
}

module.exports = { buildLanguageHost };
