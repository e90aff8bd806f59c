import * as aws from '@pulumi/aws';
import { account, at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  new aws.ecr.Repository(
    'registry-toolbox',
    {
      name: 'toolbox',
      imageTagMutability: 'IMMUTABLE',
      forceDelete: true,
    },
    { ...site, protect: true },
  );
  new aws.ecr.ReplicationConfiguration(
    'registry-copies',
    {
      replicationConfiguration: {
        rules: [{ destinations: [{ region: 'us-west-2', registryId: account }] }],
      },
    },
    site,
  );
};
