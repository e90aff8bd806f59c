import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import { duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';

/** How long a deleted secret can still be called back; Secrets Manager allows 7 to 30 days. */
const recoveryWindow = duration('30d');

export interface GeneratedSecretArgs {
  /**
   * Name in Secrets Manager; must not end in a hyphen and six characters (see arn.secret).
   * @recovery tasks of both regions find the secret and its copies by it
   */
  readonly secretName: string;
  /** For whoever reads the list of secrets. @recovery none: only text */
  readonly description: string;
  /** Key that encrypts the secret here. @recovery what is started here needs it; a copy has a key of its own */
  readonly keyArn: pulumi.Input<string>;
  /**
   * Regions that get a copy, each encrypted with the key there.
   * @default no copy
   * @recovery without a copy in the other region its services cannot start when this region is gone
   */
  readonly copies?: readonly {
    /** Region of the copy. @recovery what runs there starts without this region */
    readonly region: string;
    /** `alias/…` of the key there. @recovery the copy can be read without this region's key */
    readonly keyAlias: string;
  }[];
}

/** A password that nobody ever types: made here once, kept in Secrets Manager. */
export class GeneratedSecret extends Component {
  readonly value: pulumi.Output<string>;
  /** Wait for this before starting what reads the secret. */
  readonly version: aws.secretsmanager.SecretVersion;

  constructor(name: string, args: GeneratedSecretArgs, options: ComponentOptions) {
    super('GeneratedSecret', name, options);
    const password = new random.RandomPassword(
      this.childName('password'),
      // RDS and ElastiCache refuse different special characters; length costs nothing.
      { length: 48, special: false },
      this.child({ protect: true }),
    );
    const secret = this.secret(args);
    this.version = new aws.secretsmanager.SecretVersion(
      this.childName('version'),
      { secretId: secret.id, secretString: password.result },
      this.child(),
    );
    this.value = password.result;
    this.registerOutputs({});
  }

  private secret(args: GeneratedSecretArgs): aws.secretsmanager.Secret {
    return new aws.secretsmanager.Secret(
      this.childName('secret'),
      {
        name: args.secretName,
        description: args.description,
        kmsKeyId: args.keyArn,
        recoveryWindowInDays: recoveryWindow.toWholeDays(),
        replicas: (args.copies ?? []).map((copy) => ({ region: copy.region, kmsKeyId: copy.keyAlias })),
      },
      this.child({ protect: true }),
    );
  }
}
