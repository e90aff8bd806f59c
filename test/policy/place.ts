import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

/** Where the resources of a program go: the whole of a program when it runs alone, a part of a larger one else. */
export type Place = Pick<pulumi.CustomResourceOptions, 'provider' | 'parent'>;

export const home = 'us-east-1';
export const away = 'us-west-2';
export const account = '123456789012';

export function at(region: string): Place {
  return { provider: new aws.Provider(region, { region, skipCredentialsValidation: true }) };
}
