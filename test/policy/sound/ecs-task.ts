import * as aws from '@pulumi/aws';
import { account, at, home, type Place } from '../place';

const digest = 'sha256:0000000000000000000000000000000000000000000000000000000000000000';

export = function program(site: Place = at(home)): void {
  new aws.ecs.TaskDefinition(
    'toolbox-task',
    {
      family: 'agente-dr-toolbox',
      containerDefinitions: JSON.stringify([
        {
          name: 'toolbox',
          image: `${account}.dkr.ecr.us-east-1.amazonaws.com/toolbox@${digest}`,
          environment: [{ name: 'BACKUP_RECIPIENTS', value: 'age1aaaa,age1bbbb' }],
        },
      ]),
    },
    site,
  );
};
