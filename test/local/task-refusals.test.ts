import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunState, TaskDefinition } from '../../local/api';
import type { Machine } from '../../local/machine';
import { FileStore } from '../../local/realised/files/file-store';
import { tasks } from '../../local/realised/tasks';
import { contextOf, emptyMachine, noImages, removeMachine } from './support';

const region = 'us-east-1';
const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/toolbox@sha256:0';
const asDefined = { command: null, environment: {} };

describe('tasks that a region cannot start', function () {
  this.timeout(20_000);
  let machine: Machine;
  let files: FileStore;
  let fleet: ReturnType<typeof tasks>;

  before(async () => {
    machine = await emptyMachine();
    const context = contextOf(machine, region);
    files = new FileStore(context);
    const targets = {
      ...{ register: () => Promise.resolve(), deregister: () => Promise.resolve() },
      ...{ leadsTo: () => false, lead: () => Promise.resolve() },
    };
    fleet = tasks(context, targets, { secrets: { resolve: () => '' }, images: noImages, files });
  });
  after(async () => {
    await fleet.stop();
    await removeMachine(machine);
  });

  /** What is left of a task that mounts `data`. */
  async function ended(volumes: TaskDefinition['volumes']): Promise<RunState> {
    const container = { name: 'toolbox', image, command: ['keeper'], port: null, environment: {}, secrets: {} };
    const containers = [{ ...container, mounts: [{ volume: 'data', path: '/data', readOnly: false }] }];
    const { arn: taskDefinition } = await fleet.calls.registerTaskDefinition({
      family: 'toolbox',
      containers,
      volumes,
    });
    const run = { cluster: 'agente', taskDefinition, override: asDefined, startedBy: 'test' };
    const { arn } = await fleet.calls.runTask(run);
    for (;;) {
      const state = await fleet.calls.describeTask({ arn });
      if (state !== null && state.stoppedAt !== null) return state;
      await pause(20);
    }
  }

  it('rejects a task definition that is not there', async () => {
    const run = { cluster: 'agente', taskDefinition: 'toolbox:9', override: asDefined, startedBy: 'test' };
    await assert.rejects(fleet.calls.runTask(run), { code: 'ClientException' });
  });

  it('rejects a volume that the definition does not declare, and says so of the task', async () => {
    const { exitCode, stoppedReason } = await ended([]);
    assert.deepEqual([exitCode, stoppedReason], [null, "ClientException: Unknown volume 'data'."]);
  });

  it('rejects files that cannot be mounted, and says so of the task', async () => {
    const volume = (fileSystem: string) => ({ name: 'data', fileSystem, accessPoint: null, rootDirectory: '/' });
    const cannot = /^ResourceInitializationError: .*EFS volumes: (\S+) cannot be mounted in us-east-1$/;
    const withoutTarget = files.put('no-mount-target', true);
    for (const fileSystem of ['fs-0', withoutTarget]) {
      const { exitCode, stoppedReason } = await ended([volume(fileSystem)]);
      assert.equal(exitCode, null);
      assert.equal(cannot.exec(stoppedReason ?? '')?.[1], fileSystem);
    }
  });
});
