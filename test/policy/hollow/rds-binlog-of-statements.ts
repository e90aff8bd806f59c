import * as aws from '@pulumi/aws';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  new aws.rds.ParameterGroup(
    'postgres-parameters',
    {
      family: 'postgres17',
      parameters: [
        { name: 'rds.force_ssl', value: '1' },
        { name: 'max_slot_wal_keep_size', value: '20480' },
      ],
    },
    site,
  );
  new aws.rds.ParameterGroup(
    'pms-parameters',
    {
      family: 'mysql8.4',
      parameters: [
        { name: 'require_secure_transport', value: '1' },
        { name: 'binlog_format', value: 'STATEMENT' },
      ],
    },
    site,
  );
};
