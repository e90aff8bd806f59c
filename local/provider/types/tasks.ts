import type { BlueGreen, TaskDefinition } from '../../api';
import { Fields } from '../fields';
import type { Realisation, Realisations, Scope } from '../realisation';
import type { Properties } from '../values';

type Container = TaskDefinition['containers'][number];

function pairs(blocks: readonly Fields[], value: string): Record<string, string> {
  return Object.fromEntries(blocks.map((block) => [block.text('name'), block.text(value)]));
}

function containerOf(container: Fields): Container {
  const port = container.blocks('portMappings')[0];
  return {
    name: container.text('name'),
    image: container.text('image'),
    command: container.texts('command'),
    environment: pairs(container.blocks('environment'), 'value'),
    secrets: pairs(container.blocks('secrets'), 'valueFrom'),
    port: port === undefined ? null : port.number('containerPort', 0),
    mounts: container.blocks('mountPoints').map((mount) => ({
      volume: mount.text('sourceVolume'),
      path: mount.text('containerPath'),
      readOnly: mount.flag('readOnly'),
    })),
  };
}

function volumeOf(volume: Fields): TaskDefinition['volumes'][number] {
  if (!volume.has('efsVolumeConfiguration')) return { name: volume.text('name'), fileSystem: null };
  const place = volume.block('efsVolumeConfiguration');
  return {
    name: volume.text('name'),
    fileSystem: place.text('fileSystemId'),
    accessPoint: place.block('authorizationConfig').optionalText('accessPointId'),
    rootDirectory: place.optionalText('rootDirectory') ?? '/',
  };
}

const taskDefinition: Realisation = {
  create: async (inputs, scope) => {
    const family = inputs.text('family');
    const list = JSON.parse(inputs.text('containerDefinitions')) as Properties[];
    const containers = list.map((container) => containerOf(new Fields(container, 'containerDefinitions.')));
    const definition = { family, containers, volumes: inputs.blocks('volumes').map(volumeOf) };
    const { arn, revision } = await scope.call(scope.region, 'registerTaskDefinition', definition);
    return { id: family, outputs: { arn, revision, arnWithoutRevision: arn.replace(/:\d+$/, '') } };
  },
  remove: (_id, _inputs, state, scope) =>
    scope.call(scope.region, 'deregisterTaskDefinition', { arn: new Fields(state).text('arn') }),
};

const clusterName = (cluster: string): string => cluster.split('/').at(-1) ?? cluster;

/** @throws Error for a strategy that is neither that nor task by task. */
function blueGreenOf(inputs: Fields, balancer: Fields): BlueGreen | null {
  const deployment = inputs.block('deploymentConfiguration');
  const strategy = deployment.optionalText('strategy') ?? 'ROLLING';
  if (strategy === 'ROLLING') return null;
  if (strategy !== 'BLUE_GREEN') throw new Error(`regions on this machine do not deploy by ${strategy}`);
  const shift = balancer.block('advancedConfiguration');
  return {
    alternateTargetGroup: shift.text('alternateTargetGroupArn'),
    productionRule: shift.text('productionListenerRule'),
    testRule: shift.optionalText('testListenerRule'),
    bakeMinutes: deployment.number('bakeTimeInMinutes', 0),
  };
}

function putService(inputs: Fields, scope: Scope): Promise<unknown> {
  const balancer = inputs.blocks('loadBalancers')[0];
  const targetGroup =
    balancer === undefined
      ? null
      : {
          arn: balancer.text('targetGroupArn'),
          container: balancer.text('containerName'),
          port: balancer.number('containerPort', 0),
        };
  return scope.call(scope.region, 'putService', {
    cluster: clusterName(inputs.optionalText('cluster') ?? 'default'),
    name: inputs.text('name'),
    taskDefinition: inputs.text('taskDefinition'),
    desiredCount: inputs.number('desiredCount', 0),
    targetGroup,
    blueGreen: balancer === undefined ? null : blueGreenOf(inputs, balancer),
    waitForSteadyState: inputs.flag('waitForSteadyState'),
  });
}

/** Changing these starts or stops tasks; the rest of a service is recorded. */
const realised = [
  'taskDefinition',
  'desiredCount',
  'loadBalancers',
  'deploymentConfiguration',
  'waitForSteadyState',
  'forceNewDeployment',
];

const service: Realisation = {
  create: async (inputs, scope) => {
    await putService(inputs, scope);
    const path = `${clusterName(inputs.optionalText('cluster') ?? 'default')}/${inputs.text('name')}`;
    const arn = `arn:aws:ecs:${scope.region}:${scope.accountId}:service/${path}`;
    return { id: arn, outputs: { arn } };
  },
  update: async (inputs, { changed }, scope) => {
    if (realised.some((name) => changed.has(name))) await putService(inputs, scope);
    return {};
  },
  remove: (_id, inputs, _state, scope) => {
    const cluster = clusterName(inputs.optionalText('cluster') ?? 'default');
    return scope.call(scope.region, 'deleteService', { cluster, name: inputs.text('name') });
  },
};

/** `service/<cluster>/<service>`, the only scalable resource of this project. */
function scaledService(inputs: Fields): { cluster: string; service: string } {
  const [kind, cluster, name] = inputs.text('resourceId').split('/');
  if (kind !== 'service' || cluster === undefined || name === undefined) {
    throw new Error(`regions on this machine scale ECS services only, got ${inputs.text('resourceId')}`);
  }
  return { cluster, service: name };
}

function putScaling(inputs: Fields, scope: Scope): Promise<unknown> {
  const [min, max] = [inputs.number('minCapacity', 0), inputs.number('maxCapacity', 0)];
  return scope.call(scope.region, 'setScaling', { ...scaledService(inputs), min, max });
}

const scalingTarget: Realisation = {
  create: async (inputs, scope) => {
    await putScaling(inputs, scope);
    const arn = `arn:aws:application-autoscaling:${scope.region}:${scope.accountId}:scalable-target/${scope.mark(32)}`;
    return { id: inputs.text('resourceId'), outputs: { arn } };
  },
  update: async (inputs, _change, scope) => {
    await putScaling(inputs, scope);
    return {};
  },
  remove: (_id, inputs, _state, scope) =>
    scope.call(scope.region, 'setScaling', { ...scaledService(inputs), min: null, max: null }),
};

export const tasks: Realisations = {
  'aws:ecs/taskDefinition:TaskDefinition': taskDefinition,
  'aws:ecs/service:Service': service,
  'aws:appautoscaling/target:Target': scalingTarget,
};
