import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { duration } from '../recovery/duration';
import type { Component } from './component';

/** How long a deleted secret can still be called back; Secrets Manager allows 7 to 30 days. */
const recoveryWindow = duration('30d');

export interface KeptSecretArgs {
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

/** A secret without a value yet; it is a child of the component that asks for it. */
export function keptSecret(owner: Component, args: KeptSecretArgs): aws.secretsmanager.Secret {
  return new aws.secretsmanager.Secret(
    owner.childName('secret'),
    {
      name: args.secretName,
      description: args.description,
      kmsKeyId: args.keyArn,
      recoveryWindowInDays: recoveryWindow.toWholeDays(),
      replicas: (args.copies ?? []).map((copy) => ({ region: copy.region, kmsKeyId: copy.keyAlias })),
    },
    owner.child({ protect: true }),
  );
}
