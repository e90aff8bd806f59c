import type { ServiceArgs } from '../../components/service';
import type { TaskArgs } from '../../components/task-container';

/** A task that needs nothing, to be changed by a test. */
export const plainTask: TaskArgs = {
  accountId: '123456789012',
  region: 'us-east-1',
  image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/toolbox@sha256:00',
  size: { cpu: 256, memory: 512 },
  environment: {},
  secrets: {},
  keyArn: 'arn:key',
};

export const plainService: ServiceArgs = {
  ...plainTask,
  cluster: { clusterName: 'agente-dr-primary', arn: 'arn:cluster' },
  tasks: 1,
  rollout: { kind: 'single' },
  subnetIds: ['a', 'b', 'c'],
  securityGroupId: 'tasks',
  startAfter: [],
};
