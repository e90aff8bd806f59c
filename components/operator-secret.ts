import { Component, type ComponentOptions } from './component';
import { keptSecret, type KeptSecretArgs } from './kept-secret';

/**
 * A secret that a person brings: made here without a value, filled in Secrets Manager, and never in the state of
 * a stack. Until it is filled, no task that is given it starts.
 */
export class OperatorSecret extends Component {
  constructor(name: string, args: KeptSecretArgs, options: ComponentOptions) {
    super('OperatorSecret', name, options);
    keptSecret(this, args);
    this.registerOutputs({});
  }
}
