import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Age } from '../../scripts/encryption/age';
import { SecretFilesEngine } from '../../scripts/engines/secrets/secret-files-engine';
import type { SecretFiles } from '../../scripts/settings/datasets';
import { EngineWork, flip, whileChanged } from './engine-work';

const value = 'correct-horse-battery';

describe('recovery points of secret files', function () {
  this.timeout(30_000);
  let room: EngineWork;
  let app: string;
  let settings: SecretFiles;
  let engine: SecretFilesEngine;

  beforeEach(() => {
    room = new EngineWork('secrets', 'secrets');
    app = room.folder('app');
    fs.writeFileSync(path.join(app, '.env'), `DB_PASSWORD=${value}\n`, { mode: 0o600 });
    fs.mkdirSync(path.join(app, 'certs'));
    fs.writeFileSync(path.join(app, 'certs', 'server.key'), 'KEY', { mode: 0o640 });
    fs.symlinkSync('server.key', path.join(app, 'certs', 'live.key'));
    const checkout = room.folder('checkout');
    const git = (...args: string[]) =>
      execFileSync('git', [
        '-C',
        checkout,
        '-c',
        'user.name=t',
        '-c',
        'user.email=t@t',
        '-c',
        `safe.directory=*`,
        ...args,
      ]);
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'first');
    settings = {
      engine: 'secrets',
      kind: 'server',
      paths: [path.join(app, '.env'), path.join(app, 'certs')],
      checkout,
    };
    engine = new SecretFilesEngine(settings);
  });
  afterEach(() => room.remove());

  it('hold every file sealed, and the commit that the configuration is pinned to', async () => {
    const { point, census } = await room.backUp(engine, 'full');
    assert.match(point.files[0]?.path ?? '', new RegExp(`/secrets-${point.id}\\.tar\\.age$`));
    assert.match(point.positions['commit'] ?? '', /^[0-9a-f]{40}$/);
    assert.equal(point.positions['dirty'], 'false');
    assert.deepEqual(census?.counts, { files: { least: 3, most: 3 } });
    const stored = fs.readFileSync(room.storedFile(point));
    assert.ok(!stored.includes(value) && !JSON.stringify(point).includes(value));
    for (const { identity } of [room.online, room.offline]) {
      const listed = execFileSync('sh', ['-c', `age -d -i ${identity} ${room.storedFile(point)} | tar -t`], {
        encoding: 'utf8',
      });
      assert.match(listed, /\.env\n/);
    }
  });

  it('say that a checkout differs from its commit', async () => {
    fs.writeFileSync(path.join(settings.checkout ?? '', 'changed'), '');
    const said: string[] = [];
    const progress = {
      begin: () => ({ advance: () => undefined, set: () => undefined, end: () => undefined }),
      say: (line: string) => void said.push(line),
    };
    const { point } = await room.backUp(engine, 'full', { progress });
    assert.equal(point.positions['dirty'], 'true');
    assert.match(said.join(), /differs from commit/);
    const plan = await engine.planRestore({ target: { to: 'point' }, base: point, logFolder: null }, room.work());
    assert.match(plan.steps.join('\n'), /git checkout [0-9a-f]{40}/);
  });

  it('come back to their places: what differs is kept beside, what is the same stays, what is missing is made', async () => {
    const { point } = await room.backUp(engine, 'full');
    const env = path.join(app, '.env');
    fs.writeFileSync(env, 'DB_PASSWORD=other\n');
    fs.chmodSync(env, 0o640);
    fs.rmSync(path.join(app, 'certs'), { recursive: true });
    const folder = await room.restore(engine, point);
    const { previous } = await engine.install(folder, room.work());
    assert.equal(fs.readFileSync(env, 'utf8'), `DB_PASSWORD=${value}\n`);
    assert.equal(fs.statSync(env).mode & 0o777, 0o640);
    assert.equal(fs.readFileSync(previous ?? '', 'utf8'), 'DB_PASSWORD=other\n');
    const key = path.join(app, 'certs', 'server.key');
    assert.equal(fs.readFileSync(key, 'utf8'), 'KEY');
    assert.equal(fs.statSync(key).mode & 0o777, 0o600);
    assert.equal(fs.existsSync(folder), false);
    assert.deepEqual(await engine.install(await room.restore(engine, point), room.work()), { previous: null });
  });

  it('keep a link where the application has one', async () => {
    const { point } = await room.backUp(engine, 'full');
    fs.writeFileSync(path.join(app, 'certs', 'server.key'), 'NEW');
    await engine.install(await room.restore(engine, point), room.work());
    assert.equal(fs.readlinkSync(path.join(app, 'certs', 'live.key')), 'server.key');
    assert.equal(fs.readFileSync(path.join(app, 'certs', 'live.key'), 'utf8'), 'KEY');
  });

  it('rejects fewer than two recipients', async () => {
    const { recipient, identity } = room.online;
    for (const recipients of [[recipient], [recipient, recipient]]) {
      assert.throws(() => new Age(recipients, identity), { code: 'config-invalid' });
    }
    const encryption = new Age([], identity);
    await assert.rejects(room.backUp(engine, 'full', { encryption }), { code: 'config-invalid' });
  });

  it('rejects paths that are missing: a copy without them would look whole', async () => {
    fs.rmSync(path.join(app, '.env'));
    await assert.rejects(room.backUp(engine, 'full'), { code: 'source-damaged' });
  });

  it('rejects a checkout that is none', async () => {
    const wrong = new SecretFilesEngine({ ...settings, checkout: app });
    await assert.rejects(room.backUp(wrong, 'full'), { code: 'config-invalid' });
  });

  it('rejects a sealed file that is changed or cut off, by name, and restores nothing of it', async () => {
    const { point } = await room.backUp(engine, 'full');
    const file = room.storedFile(point);
    const key = path.relative(room.vaultFolder, file);
    const whole = fs.readFileSync(file);
    for (const change of [flip, (name: string) => fs.truncateSync(name, fs.statSync(name).size - 40)]) {
      await whileChanged(file, change, async () => {
        assert.deepEqual(
          (await engine.verify(point, room.work())).map(({ what }) => what),
          [key],
        );
        const folder = room.fresh('refused');
        const plan = await engine.planRestore({ target: { to: 'point' }, base: point, logFolder: null }, room.work());
        await assert.rejects(engine.restore(plan, folder, room.work()), (error: Error & { code?: string }) => {
          assert.equal(error.code, 'restore-damaged');
          assert.ok(error.message.includes(key), error.message);
          return true;
        });
        await assert.rejects(engine.open(folder), /no finished restore/);
        await assert.rejects(engine.install(folder, room.work()), /no finished restore/);
        // The same folder, once the store has the right file again.
        fs.writeFileSync(file, whole);
        await engine.restore(plan, folder, room.work());
        assert.deepEqual(await (await engine.open(folder)).check(), []);
      });
    }
  });

  it('rejects what was changed after it was restored', async () => {
    const { point } = await room.backUp(engine, 'full');
    const folder = await room.restore(engine, point);
    flip(path.join(folder, 'files', app, '.env'), 3);
    assert.equal((await (await engine.open(folder)).check()).length, 1);
    await assert.rejects(engine.install(folder, room.work()), /SHA-256/);
    assert.equal(fs.readFileSync(path.join(app, '.env'), 'utf8'), `DB_PASSWORD=${value}\n`);
  });

  it('rejects a key that is not one of the recipients', async () => {
    const { point } = await room.backUp(engine, 'full');
    const stranger = new EngineWork('stranger', 'secrets');
    const encryption = new Age([room.online.recipient, room.offline.recipient], stranger.online.identity);
    const plan = await engine.planRestore({ target: { to: 'point' }, base: point, logFolder: null }, room.work());
    await assert.rejects(engine.restore(plan, room.fresh('no'), room.work({ encryption })), { code: 'key-wrong' });
    stranger.remove();
  });

  describe('archives of openssl from before', () => {
    const passphrase = 'an old passphrase';
    const variable = 'AGENTE_DR_SECRETS_PASSPHRASE_FILE';
    beforeEach(() => {
      const file = path.join(room.root, 'passphrase');
      fs.writeFileSync(file, `${passphrase}\n`);
      process.env[variable] = file;
    });
    afterEach(() => {
      Reflect.deleteProperty(process.env, variable);
    });

    function sealed(content: Buffer, ...options: string[]): string {
      const [input, file] = [path.join(room.root, 'plain'), path.join(room.root, 'secrets-20241015.enc')];
      fs.writeFileSync(input, content);
      const env = { ...process.env, PASS: passphrase };
      execFileSync(
        'openssl',
        ['enc', '-aes-256-cbc', '-salt', '-pass', 'env:PASS', ...options, '-in', input, '-out', file],
        { env, stdio: 'pipe' },
      );
      return file;
    }
    const tar = (flags: string) => execFileSync('tar', [flags, '-', '-C', app, '.env']);

    for (const [what, content] of [
      ['tar', () => tar('-cf')],
      ['tar.gz', () => tar('-czf')],
      ['variables', () => fs.readFileSync(path.join(app, '.env'))],
    ] as const) {
      for (const options of [['-pbkdf2'], [], ['-md', 'md5'], ['-pbkdf2', '-a']]) {
        it(`restore (${what}, ${options.join(' ') || 'the default'})`, async () => {
          const file = sealed(content(), ...options);
          fs.writeFileSync(path.join(app, '.env'), 'DB_PASSWORD=other\n');
          const folder = room.fresh('legacy');
          await engine.restoreArchive(file, folder, room.work());
          await engine.install(folder, room.work());
          assert.equal(fs.readFileSync(path.join(app, '.env'), 'utf8'), `DB_PASSWORD=${value}\n`);
        });
      }
    }

    it('rejects every one of 250 wrong passphrases, though the padding of some fits by chance', async () => {
      const file = sealed(tar('-cf'), '-md', 'md5');
      for (let number = 0; number < 250; number += 1) {
        fs.writeFileSync(process.env[variable] ?? '', `wrong ${String(number)}`);
        const folder = room.fresh('wrong');
        await assert.rejects(engine.restoreArchive(file, folder, room.work()), { code: 'key-wrong' });
        await assert.rejects(engine.open(folder), /no finished restore/);
      }
    });

    it('rejects one that is cut off, flipped, or none; and a missing passphrase', async () => {
      const file = sealed(tar('-czf'), '-pbkdf2');
      const attempt = () => engine.restoreArchive(file, room.fresh('bad'), room.work());
      await whileChanged(
        file,
        (name) => fs.truncateSync(name, fs.statSync(name).size - 5),
        () => assert.rejects(attempt(), /cut off/),
      );
      await whileChanged(
        file,
        (name) => fs.truncateSync(name, fs.statSync(name).size - 32),
        () => assert.rejects(attempt(), /does not open|damaged/),
      );
      await whileChanged(file, flip, () => assert.rejects(attempt(), /does not open|was changed/));
      await whileChanged(
        file,
        (name) => flip(name, 2),
        () => assert.rejects(attempt(), /does not begin/),
      );
      Reflect.deleteProperty(process.env, variable);
      await assert.rejects(attempt(), { code: 'key-missing' });
    });
  });
});
