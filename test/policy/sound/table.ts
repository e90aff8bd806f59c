import * as aws from '@pulumi/aws';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  new aws.dynamodb.Table(
    'prices-table',
    {
      hashKey: 'id',
      attributes: [{ name: 'id', type: 'S' }],
      billingMode: 'PAY_PER_REQUEST',
      tags: { 'agente-dr:dataset': 'grafana' },
    },
    { ...site, protect: true },
  );
};
