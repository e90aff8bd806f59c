import { chmodSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { goToolchain } from './go.mjs';
import { step } from './step.mjs';

const require = createRequire(import.meta.url);
const { engineFolders, installedEngine, isExecutable, oldestEngine, root } = require('../engine.js');

/** Programs built from tools/go.mod, in the order in which they are built; times on two cores. */
const programs = [
  {
    name: 'pulumi',
    package: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi',
    expected: 'about 3 min, 7 with a cold Go cache',
    tags: 'osusergo,grpcnotrace',
    version: `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${oldestEngine}`,
  },
  { name: 'toxiproxy-server', package: 'github.com/Shopify/toxiproxy/v2/cmd/server', expected: 'about 15 s' },
  { name: 'versitygw', package: 'github.com/versity/versitygw/cmd/versitygw', expected: 'about 1 min' },
];

const builtHere = (env) =>
  installedEngine(env) === undefined ? programs : programs.filter((p) => p.name !== 'pulumi');

function target(env) {
  const { engine, servers } = engineFolders(env);
  return installedEngine(env) === undefined ? engine : servers;
}

/** Does the folder of this checkout's engine hold all it should? */
export function engineBuilt(env = process.env) {
  return existsSync(target(env));
}

/** Programs that Go has yet to build; a set-up that was killed goes on where it was. */
export function programsToBuild(env = process.env) {
  const { go } = engineFolders(env);
  return builtHere(env).filter((program) => !isExecutable(path.join(go, program.name)));
}

export async function buildEngine() {
  const { cache, go } = engineFolders();
  mkdirSync(go, { recursive: true });
  forgetDrafts(cache, go);
  const missing = programsToBuild();
  const toolchain = missing.length > 0 ? await goToolchain() : undefined;
  for (const program of missing) await build(toolchain, program, path.join(go, program.name));
  assemble(target(), go);
}

/** What a killed set-up left half-done; nobody else is at it, this one holds the lock. */
function forgetDrafts(cache, go) {
  for (const folder of [cache, go]) {
    for (const name of readdirSync(folder).filter((entry) => entry.includes('.draft-'))) {
      rmSync(path.join(folder, name), { recursive: true, force: true });
    }
  }
}

async function build(toolchain, program, file) {
  const draft = `${file}.draft-${process.pid}`;
  const ldflags = ['-s', '-w', ...(program.version ? ['-X', program.version] : [])].join(' ');
  try {
    await step({
      title: `building ${program.name}`,
      expected: program.expected,
      command: toolchain,
      // -buildvcs=false: a checkout that belongs to somebody else would make git, and so Go, refuse.
      args: ['build', '-trimpath', '-buildvcs=false', ...(program.tags ? ['-tags', program.tags] : [])].concat([
        '-ldflags',
        ldflags,
        '-o',
        draft,
        program.package,
      ]),
      cwd: path.join(root, 'tools'),
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local', GOWORK: 'off' },
      hint: 'Look at what Go says above; a Go module proxy and 4 GB of disk must be within reach.',
    });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Puts the folder together beside its place and moves it there whole: nobody sees half an engine. */
function assemble(folder, go) {
  const parent = path.dirname(folder);
  mkdirSync(path.dirname(parent), { recursive: true });
  const draft = mkdtempSync(`${parent}.draft-`);
  try {
    const bin = path.join(draft, path.basename(folder));
    mkdirSync(bin);
    for (const { name } of builtHere()) linkSync(path.join(go, name), path.join(bin, name));
    if (installedEngine() === undefined) {
      // Only beside the engine we built: an installed one has the official host.
      const { buildLanguageHost } = require('../language-host/build.js');
      buildLanguageHost(path.join(bin, 'pulumi-language-nodejs'));
    }
    // The servers run as another user than root, and mkdtemp closes the folder to others.
    chmodSync(draft, 0o755);
    renameSync(draft, parent);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
