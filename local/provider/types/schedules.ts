import type { ScheduleSpec, TaskOverride } from '../../api';
import { Fields } from '../fields';
import type { Realisation, Realisations, Scope } from '../realisation';
import type { Properties } from '../values';

const group: Realisation = {
  create: async (inputs, scope) => {
    const name = inputs.text('name');
    const { arn } = await scope.call(scope.region, 'putScheduleGroup', { name });
    const now = new Date().toISOString();
    return { id: name, outputs: { arn, state: 'ACTIVE', creationDate: now, lastModificationDate: now } };
  },
  remove: (id, _inputs, _state, scope) => scope.call(scope.region, 'deleteScheduleGroup', { name: id }),
};

/** `input` of a target that is ECS: what the task does differently from its definition. */
function overrideIn(input: string | null): TaskOverride {
  const said = new Fields(JSON.parse(input ?? '{}') as Properties, 'target.input.');
  const [container, ...more] = said.blocks('containerOverrides');
  if (more.length > 0) throw new Error('a task on this machine has one container');
  if (container === undefined) return { command: null, environment: {} };
  const variables = container.blocks('environment').map((block) => [block.text('name'), block.text('value')]);
  return {
    command: container.has('command') ? container.texts('command') : null,
    environment: Object.fromEntries(variables) as Record<string, string>,
  };
}

function specOf(inputs: Fields): ScheduleSpec {
  const target = inputs.block('target');
  const task = target.block('ecsParameters');
  if (!task.has('taskDefinitionArn')) throw new Error('schedules on this machine start ECS tasks only');
  if (inputs.block('flexibleTimeWindow').optionalText('mode') !== 'OFF') {
    throw new Error('schedules on this machine fire on time: flexibleTimeWindow must be OFF');
  }
  return {
    group: inputs.optionalText('groupName') ?? 'default',
    name: inputs.text('name'),
    expression: inputs.text('scheduleExpression'),
    timezone: inputs.optionalText('scheduleExpressionTimezone') ?? 'UTC',
    enabled: inputs.optionalText('state') !== 'DISABLED',
    start: inputs.optionalText('startDate'),
    end: inputs.optionalText('endDate'),
    target: {
      taskDefinition: task.text('taskDefinitionArn'),
      cluster: target.text('arn'),
      taskCount: task.number('taskCount', 1),
      override: overrideIn(target.optionalText('input')),
    },
  };
}

const put = (inputs: Fields, scope: Scope) => scope.call(scope.region, 'putSchedule', specOf(inputs));

const schedule: Realisation = {
  create: async (inputs, scope) => {
    const { arn } = await put(inputs, scope);
    const { group: groupName, name } = specOf(inputs);
    return { id: `${groupName}/${name}`, outputs: { arn, groupName } };
  },
  update: async (inputs, _change, scope) => {
    await put(inputs, scope);
    return {};
  },
  remove: (_id, inputs, _state, scope) => {
    const { group: groupName, name } = specOf(inputs);
    return scope.call(scope.region, 'deleteSchedule', { group: groupName, name });
  },
};

export const schedules: Realisations = {
  'aws:scheduler/scheduleGroup:ScheduleGroup': group,
  'aws:scheduler/schedule:Schedule': schedule,
};
