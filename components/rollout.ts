import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Duration } from '../recovery/duration';

/** What ECS needs to know of a place where guests come in, to move them from the old tasks to the new. */
export interface ShiftedEntrance {
  /**
   * The one of the two target groups that has the guests first.
   * @recovery none in a failover: its tasks start where guests already look
   */
  readonly targetGroupArn: pulumi.Input<string>;
  /** The other one. @recovery the version before stands in one of the two, so that going back starts nothing */
  readonly alternateTargetGroupArn: pulumi.Input<string>;
  /** Rule that guests come by. @recovery ECS moves them by it at once, and back again */
  readonly productionRuleArn: pulumi.Input<string>;
  /** Rule by which the next version can be seen before guests see it. @recovery none: it only shows */
  readonly testRuleArn: pulumi.Input<string>;
  /**
   * With this role ECS changes the rules, and nothing else.
   * @recovery without it guests are not moved, and not moved back
   */
  readonly roleArn: pulumi.Input<string>;
  /** Alarms that call a rollout bad, by name. @recovery without one a bad version serves until a person notices */
  readonly alarmNames: pulumi.Input<string>[];
}

/**
 * `blue-green` starts the new tasks beside the old ones, moves the guests at once and can move them back;
 * `overlap` starts the new task before the old one ends; `single` ends the old one first, for a task that
 * must never run twice.
 */
export type Rollout =
  | {
      /**
       * The new tasks stand beside the old ones.
       * @recovery a bad version is left behind by itself once its alarm is raised
       */
      readonly kind: 'blue-green';
      /** Where guests come in. @recovery none in a failover: it stands already, and no rule changes */
      readonly entrance: ShiftedEntrance;
      /**
       * How long the old tasks stand by after the guests have moved, in whole minutes.
       * @recovery within it a bad version is left behind in seconds, because nothing has to start
       */
      readonly bake: Duration;
    }
  | {
      /**
       * Which of the two runs first.
       * @recovery `single` is away while its next task starts, and never writes the same files twice at once
       */
      readonly kind: 'overlap' | 'single';
      /**
       * Target group that the tasks are put into.
       * @default nobody is sent to the tasks
       * @recovery who comes by it finds the next task under the same name
       */
      readonly targetGroupArn?: pulumi.Input<string>;
    };

type Inputs = Partial<aws.ecs.ServiceArgs>;

/** @throws RangeError when guests are sent to a task that listens nowhere. */
export function rolloutInputs(
  container: string,
  { rollout, port }: { readonly rollout: Rollout; readonly port?: number },
): Inputs {
  switch (rollout.kind) {
    case 'single':
    case 'overlap': {
      const { kind, targetGroupArn } = rollout;
      return targetGroupArn === undefined
        ? replaced[kind]
        : { ...replaced[kind], ...reached({ targetGroupArn, ...place(container, port) }) };
    }
    case 'blue-green':
      return { ...replaced.overlap, ...shifted(rollout, place(container, port)) };
  }
}

/** A number of tasks that changes is no rollout: a failover starts tasks where the guests already look. */
function shifted({ entrance, bake }: Extract<Rollout, { kind: 'blue-green' }>, at: ReturnType<typeof place>): Inputs {
  const advancedConfiguration = {
    alternateTargetGroupArn: entrance.alternateTargetGroupArn,
    productionListenerRule: entrance.productionRuleArn,
    testListenerRule: entrance.testRuleArn,
    roleArn: entrance.roleArn,
  };
  return {
    deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: String(bake.toWholeMinutes()) },
    ...reached({ targetGroupArn: entrance.targetGroupArn, ...at, advancedConfiguration }),
    alarms: { enable: true, rollback: true, alarmNames: entrance.alarmNames },
  };
}

function place(containerName: string, port: number | undefined): { containerName: string; containerPort: number } {
  if (port === undefined) throw new RangeError(`guests are sent to ${containerName}, which listens nowhere`);
  return { containerName, containerPort: port };
}

const reached = (balancer: aws.types.input.ecs.ServiceLoadBalancer): Inputs => ({
  loadBalancers: [balancer],
  // A task may take this many seconds to its first good answer before ECS gives it up.
  healthCheckGracePeriodSeconds: 60,
});

const replaced = {
  overlap: {
    deploymentMinimumHealthyPercent: 100,
    deploymentMaximumPercent: 200,
    availabilityZoneRebalancing: 'ENABLED',
  },
  // Rebalancing starts before it stops; ECS refuses it where no more than 100 % may run.
  single: {
    deploymentMinimumHealthyPercent: 0,
    deploymentMaximumPercent: 100,
    availabilityZoneRebalancing: 'DISABLED',
  },
} as const satisfies Record<'overlap' | 'single', Partial<aws.ecs.ServiceArgs>>;
