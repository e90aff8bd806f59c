import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { contextFiles, Ignore } from '../../local/provider/docker/ignore';
import { DockerProvider } from '../../local/provider/docker/provider';
import { unknown, type Properties } from '../../local/provider/values';
import { registry } from '../../local/realised/registry';
import type { Machine } from '../../local/machine';
import { courier } from '../../local/realised/courier';
import type { Call } from '../../local/supervisor/part';
import { contextOf, emptyMachine, removeMachine } from './support';

const region = 'us-east-1';
const server = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const subject = { urn: 'urn:image', type: 'docker:index/image:Image', name: 'toolbox' };

describe('what a .dockerignore leaves out', () => {
  const leavesOut = (text: string, file: string): boolean => Ignore.parse(text).leavesOut(file);

  it('is what a rule names, and all below it', () => {
    assert.ok(leavesOut('node_modules\n# comment', 'node_modules/pg/index.js'));
    assert.ok(!leavesOut('node_modules', 'tools/node_modules/pg.js'));
    assert.ok(leavesOut('**/node_modules', 'tools/node_modules/pg.js'));
    assert.ok(leavesOut('/docs/', 'docs/README.md'));
    assert.ok(leavesOut('*.md', 'README.md') && !leavesOut('*.md', 'docs/README.md'));
    assert.ok(leavesOut('test/?.ts', 'test/a.ts') && !leavesOut('test/?.ts', 'test/ab.ts'));
  });

  it('keeps what a later rule takes back', () => {
    const text = '*\n!scripts\nscripts/*.log';
    assert.ok(leavesOut(text, 'README.md') && leavesOut(text, 'scripts/a.log'));
    assert.ok(!leavesOut(text, 'scripts/main.ts'));
  });
});

describe('the docker provider of regions on this machine', () => {
  let machine: Machine;
  let folder: string;
  let images: ReturnType<typeof registry>;
  let docker: DockerProvider;

  const write = (name: string, content: string): void => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  };
  const inputs = (more: Properties = {}): Properties => ({
    imageName: `${server}/toolbox:v1`,
    build: { context: '.', dockerfile: 'toolbox/Dockerfile' },
    registry: { server, username: 'AWS', password: String(Math.random()) },
    ...more,
  });
  const checked = (more?: Properties): Properties => docker.check(subject, {}, inputs(more)).inputs;
  const push = async (): Promise<string> => (await docker.create(subject, checked(), false)).id;

  beforeEach(async () => {
    machine = await emptyMachine();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-context-'));
    const context = contextOf(machine, region);
    images = registry(context, courier(context));
    const call = ((_region: string, _method: string, params: never) =>
      images.calls.pushImage(params)) as unknown as Call;
    docker = new DockerProvider(call, folder);
    write('toolbox/Dockerfile', 'FROM node:22');
    write('.dockerignore', 'node_modules\n*.log');
    write('scripts/main.ts', 'one');
    write('node_modules/pg/index.js', 'large');
    await images.calls.putRepository({ name: 'toolbox', immutableTags: true });
  });
  afterEach(async () => {
    fs.rmSync(folder, { recursive: true });
    await removeMachine(machine);
  });

  it('pushes the context, and what is pushed can be started in that region only', async () => {
    const digest = (await push()).split('@')[1] ?? '';
    assert.match(digest, /^sha256:[0-9a-f]{64}$/);
    const name = { repository: 'toolbox', registry: server, digest, tag: null };
    assert.equal(images.has(name), true);
    assert.equal(images.has({ ...name, registry: server.replace('east-1', 'west-2') }), false);
    assert.equal(images.has({ ...name, digest: digest.replace(/.$/, '!') }), false);
    assert.deepEqual((await images.calls.describeRepository({ name: 'toolbox' }))?.images, { [digest]: ['v1'] });
  });

  it('gives an unchanged context its digest again, whenever and by whomever it was written', async () => {
    const first = await push();
    fs.utimesSync(path.join(folder, 'scripts/main.ts'), 1, 1);
    fs.chmodSync(path.join(folder, 'scripts/main.ts'), 0o660);
    write('node_modules/pg/index.js', 'larger');
    write('a.log', 'noise');
    assert.equal(await push(), first);
    assert.deepEqual(docker.diff(subject, checked(), checked()).changes, []);
  });

  it('sees a changed file, argument or Dockerfile in the preview', () => {
    const before = checked();
    const changes = (after: Properties): string[] =>
      docker.diff(subject, before, after).changes.map(({ property }) => property);
    assert.deepEqual(
      changes(checked({ build: { context: '.', dockerfile: 'toolbox/Dockerfile', args: { A: 'b' } } })),
      ['build'],
    );
    write('scripts/main.ts', 'two');
    assert.deepEqual(changes(checked()), ['build']);
    write('scripts/main.ts', 'one');
    write('toolbox/Dockerfile', 'FROM node:24');
    assert.deepEqual(changes(checked()), ['build']);
  });

  it('knows in a preview neither the digest, nor asks a registry', async () => {
    await images.calls.deleteRepository({ name: 'toolbox', force: true });
    const { state } = await docker.create(subject, checked(), true);
    assert.equal(state['repoDigest'], unknown);
  });

  it('rejects a tag that is taken where tags are immutable, and a repository that is not there', async () => {
    await push();
    write('scripts/main.ts', 'two');
    await assert.rejects(push(), { code: 'ImageTagAlreadyExistsException' });
    await assert.rejects(images.calls.deleteRepository({ name: 'toolbox', force: false }), {
      code: 'RepositoryNotEmptyException',
    });
    await images.calls.deleteRepository({ name: 'toolbox', force: true });
    await assert.rejects(push(), { code: 'RepositoryNotFoundException' });
  });

  it('rejects a build without a Dockerfile, and a registry that is no region’s', async () => {
    const { failures } = docker.check(subject, {}, inputs({ build: { context: 'nowhere' } }));
    assert.match(failures[0]?.reason ?? '', /no Dockerfile at/);
    const elsewhere = checked({ imageName: 'docker.io/library/toolbox:v1' });
    await assert.rejects(docker.create(subject, elsewhere, false), /own registries only/);
  });

  it('leaves out whole folders without reading them', () => {
    const found = contextFiles(folder, Ignore.parse('node_modules\n*.log'), []);
    assert.deepEqual(found, ['.dockerignore', 'scripts/main.ts', 'toolbox/Dockerfile']);
  });
});
