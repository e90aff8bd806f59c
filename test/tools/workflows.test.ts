import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { checkoutRoot } from '../../scripts/checkout';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: unknown;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = path.join(checkoutRoot(), '.github', 'workflows');
const files = fs.readdirSync(folder);
const textOf = (file: string): string => fs.readFileSync(path.join(folder, file), 'utf8');
const workflows = new Map(files.map((file) => [file, parse(textOf(file)) as Workflow]));
const jobs = [...workflows].flatMap(([file, { jobs: own }]) =>
  Object.entries(own).map(([name, job]) => ({ title: `${file} ${name}`, job })),
);

/** Of `npm run ci`, in its order. */
const steps = /export const steps = \{([^]*?)\n\};/
  .exec(fs.readFileSync(path.join(checkoutRoot(), 'tools', 'ci.mjs'), 'utf8'))?.[1]
  ?.match(/^ {2}\w+(?=:)/gm)
  ?.map((name) => name.trim());

describe('the workflows', () => {
  it('are there, and every action of theirs is pinned to a commit and says which version that is', () => {
    assert.deepEqual(files.sort(), ['nightly.yml', 'pull-request.yml']);
    for (const file of files) {
      const uses = textOf(file).match(/uses: .*/g) ?? [];
      assert.ok(uses.length > 0);
      for (const one of uses) assert.match(one, /^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, file);
    }
  });

  it('may read by default, and no job may write to the repository', () => {
    for (const { permissions } of workflows.values()) assert.deepEqual(permissions, { contents: 'read' });
    for (const { title, job } of jobs) assert.notEqual(job.permissions?.['contents'], 'write', title);
  });

  it('give no credentials to the code of a fork, and hold no long-lived key', () => {
    const pull = workflows.get('pull-request.yml');
    assert.equal(pull?.on, 'pull_request');
    for (const [name, job] of Object.entries(pull.jobs)) {
      if (job.permissions?.['id-token'] !== 'write') continue;
      assert.equal(job.if, 'github.event.pull_request.head.repo.full_name == github.repository', name);
    }
    for (const file of files) assert.doesNotMatch(textOf(file), /secrets\.|aws-access-key|pull_request_target/, file);
  });

  it('put nothing that a stranger can write into a line of shell', () => {
    for (const { title, job } of jobs) {
      for (const { run = '' } of job.steps) assert.doesNotMatch(run, /\$\{\{/, title);
    }
  });

  it('run the steps of `npm run ci`, all of them in its order', () => {
    const pull = Object.values(workflows.get('pull-request.yml')?.jobs ?? {});
    const run = pull.flatMap((job) =>
      job.steps.flatMap(({ run: line = '' }) => /^npm run ci -- (\w+)$/.exec(line)?.[1] ?? []),
    );
    assert.ok(run.length >= 6);
    assert.deepEqual(run, steps);
  });

  it('rejects a step that there is not', () => {
    const { status, stderr } = spawnSync(process.execPath, [path.join(checkoutRoot(), 'tools', 'ci.mjs'), 'deploy'], {
      encoding: 'utf8',
    });
    assert.equal(status, 2);
    assert.match(stderr, /there is no step deploy\nHINT: /);
  });
});
