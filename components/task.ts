import * as pulumi from '@pulumi/pulumi';
import { Component, type ComponentOptions } from './component';
import type { TaskArgs } from './task-container';
import { taskDefinition, taskFamily } from './task-definition';

/**
 * Something that runs to its end and is started by a schedule or a person. It stands defined in every
 * role: on the bad night nobody registers a definition.
 */
export class Task extends Component {
  /** Newest revision. */
  readonly arn: pulumi.Output<string>;
  readonly family: string;
  /** Name of the one container, which callers give their command to. */
  readonly container: string;
  /** Whoever starts the task hands it these, and must be allowed to. */
  readonly roleArns: readonly pulumi.Output<string>[];

  constructor(name: string, args: TaskArgs, options: ComponentOptions) {
    super('Task', name, options);
    const { definition, roleArns } = taskDefinition(this, args);
    this.arn = definition.arn;
    this.family = taskFamily(name);
    this.container = name;
    this.roleArns = roleArns;
    this.registerOutputs({ arn: this.arn });
  }
}
