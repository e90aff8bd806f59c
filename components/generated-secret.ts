import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import { Component, type ComponentOptions } from './component';
import { keptSecret, type KeptSecretArgs } from './kept-secret';

/** A password that nobody ever types: made here once, kept in Secrets Manager. */
export class GeneratedSecret extends Component {
  readonly value: pulumi.Output<string>;
  /** Wait for this before starting what reads the secret. */
  readonly version: aws.secretsmanager.SecretVersion;

  constructor(name: string, args: KeptSecretArgs, options: ComponentOptions) {
    super('GeneratedSecret', name, options);
    const password = new random.RandomPassword(
      this.childName('password'),
      // RDS and ElastiCache refuse different special characters; length costs nothing.
      { length: 48, special: false },
      this.child({ protect: true }),
    );
    const secret = keptSecret(this, args);
    this.version = new aws.secretsmanager.SecretVersion(
      this.childName('version'),
      { secretId: secret.id, secretString: password.result },
      this.child(),
    );
    this.value = password.result;
    this.registerOutputs({});
  }
}
