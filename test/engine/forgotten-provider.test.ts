import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { sites } from '../../recovery/sites';
import { checkoutRoot } from '../../scripts/checkout';

const program = `
import * as aws from '@pulumi/aws';
new aws.s3.Bucket('stray');
`;

describe('a resource that names no provider', function () {
  this.timeout(60_000);
  let folder: string;

  const pulumi = (...args: string[]): { status: number | null; text: string } => {
    const { status, stdout, stderr } = spawnSync('pulumi', [...args, '--non-interactive', '--color', 'never'], {
      cwd: path.join(folder, 'project'),
      encoding: 'utf8',
      env: {
        ...process.env,
        PULUMI_HOME: path.join(folder, 'home'),
        PULUMI_BACKEND_URL: `file://${path.join(folder, 'state')}`,
        PULUMI_CONFIG_PASSPHRASE: 'for a test',
        PULUMI_SKIP_UPDATE_CHECK: 'true',
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
        PULUMI_NODEJS_TRANSPILE_ONLY: 'true',
      },
    });
    return { status, text: `${stdout}${stderr}` };
  };

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-stray-'));
    const project = path.join(folder, 'project');
    for (const name of ['project', 'state']) fs.mkdirSync(path.join(folder, name));
    fs.writeFileSync(path.join(project, 'Pulumi.yaml'), 'name: agente-dr\nruntime: nodejs\nmain: index.ts\n');
    fs.writeFileSync(path.join(project, 'index.ts'), program);
    fs.symlinkSync(path.join(checkoutRoot(), 'node_modules'), path.join(project, 'node_modules'));
    fs.copyFileSync(path.join(checkoutRoot(), 'tsconfig.json'), path.join(project, 'tsconfig.json'));
    for (const site of sites) {
      fs.copyFileSync(path.join(checkoutRoot(), `Pulumi.${site}.yaml`), path.join(project, `Pulumi.${site}.yaml`));
    }
  });
  after(() => {
    fs.rmSync(folder, { recursive: true });
  });

  for (const site of sites) {
    it(`rejects to land in somebody's region: preview of ${site} fails, naming it`, () => {
      assert.equal(pulumi('stack', 'init', site).status, 0);
      const { status, text } = pulumi('preview', '--stack', site);
      assert.notEqual(status, 0);
      assert.match(text, /stray/);
      assert.match(text, /[Dd]efault provider for 'aws' disabled/);
    });
  }
});
