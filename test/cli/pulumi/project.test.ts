import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parse } from 'yaml';
import { Project } from '../../../cli/pulumi/project';
import { roleFile } from '../../../cli/pulumi/role-file';
import { AgenteError } from '../../../recovery/errors';

const stackText = `# kept
encryptionsalt: v1:abc:def
config:
  pulumi:disable-default-providers: [aws]
  agente-dr:site: dr
  agente-dr:role: standby # the role in Git
  agente-dr:region: us-west-2
  agente-dr:peerRegion: us-east-1
  agente-dr:witnessRegion: us-east-2
  agente-dr:accountId: "012345678901"
  agente-dr:domain: hotel.test
  agente-dr:listenerPort: "8443"
  agente-dr:images:
    api: x@sha256:1
`;

describe('the Pulumi project of a failover', () => {
  let dir: string;

  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-project-'));
    fs.writeFileSync(path.join(dir, 'Pulumi.yaml'), 'name: agente-dr\n');
    fs.writeFileSync(path.join(dir, 'Pulumi.dr.yaml'), stackText);
  });

  afterEach(() => {
    fs.rmSync(dir, { recursive: true });
  });

  it('is the one that PULUMI_OPTION_CWD names, or the nearest above', () => {
    const below = path.join(dir, 'a', 'b');
    fs.mkdirSync(below, { recursive: true });
    assert.equal(Project.find({}, below).dir, dir);
    assert.equal(Project.find({ PULUMI_OPTION_CWD: dir }, '/').dir, dir);
  });

  it('rejects a folder without a project', () => {
    assert.throws(() => Project.find({}, '/'), AgenteError);
  });

  it('reads an account id with a leading zero as a text', () => {
    const config = Project.at(dir).siteConfig('dr');
    assert.equal(config.accountId, '012345678901');
    assert.equal(config.listenerPort, 8443);
  });

  it('rejects a stack file with all its missing keys at once', () => {
    fs.writeFileSync(
      path.join(dir, 'Pulumi.dr.yaml'),
      'config:\n  agente-dr:site: dr\n  agente-dr:region: us-west-2\n',
    );
    assert.throws(
      () => Project.at(dir).siteConfig('dr'),
      (error) => error instanceof AgenteError && /peerRegion.*accountId/.test(error.message),
    );
  });

  it('rejects a stack that has no file', () => {
    assert.throws(() => Project.at(dir).siteConfig('other'), /other has no file/);
  });

  it('changes nothing but the role in a copy that only its owner can read, and removes it', () => {
    const copy = roleFile(Project.at(dir), 'dr', 'active');
    const before = parse(stackText) as { config: Record<string, unknown> };
    const after = parse(fs.readFileSync(copy.file, 'utf8')) as { config: Record<string, unknown> };
    assert.equal(after.config['agente-dr:role'], 'active');
    assert.deepEqual({ ...after, config: { ...after.config, 'agente-dr:role': 'standby' } }, before);
    assert.equal(fs.statSync(copy.file).mode & 0o777, 0o600);
    assert.equal(fs.statSync(path.dirname(copy.file)).mode & 0o777, 0o700);
    assert.equal(fs.readFileSync(path.join(dir, 'Pulumi.dr.yaml'), 'utf8'), stackText);
    copy.dispose();
    assert.equal(fs.existsSync(path.dirname(copy.file)), false);
  });

  it('takes away the copies of runs that were killed, and leaves those of living ones', () => {
    const { pid: dead } = spawnSync('true');
    const [left, living] = [dead, process.ppid].map((pid) =>
      fs.mkdtempSync(path.join(os.tmpdir(), `agente-dr-config-${String(pid)}-`)),
    ) as [string, string];
    roleFile(Project.at(dir), 'dr', 'active').dispose();
    assert.deepEqual([fs.existsSync(left), fs.existsSync(living)], [false, true]);
    fs.rmdirSync(living);
  });
});
