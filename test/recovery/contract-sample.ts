import { contractVersion, type Contract } from '../../recovery/contract';

const generations = { postgres: 1, pms: 1 };

/** A contract of the dr site as standby, complete. */
export const sampleContract: Contract = {
  version: contractVersion,
  site: 'dr',
  role: 'standby',
  region: 'us-west-2',
  accountId: '123456789012',
  generation: 1,
  generations,
  peer: { site: 'primary', region: 'us-east-1', generation: 1, generations },
  service: { domain: 'api.hotel.example', port: 443, loadBalancer: 'lb.example', healthPath: '/health/ready' },
  databases: [
    {
      dataset: 'postgres',
      engine: 'postgres',
      generation: 1,
      identifier: 'agente-postgres-g1',
      host: 'db.example',
      port: 5432,
      databaseName: 'agente_db',
      user: 'agente_user',
      secret: 'agente-dr/postgres',
      windowSeconds: 86_400,
      retained: [],
    },
  ],
  caches: [],
  vault: { bucket: 'v', peerBucket: 'w', lineages: { postgres: 'dr-g1', pms: 'dr-g1' } },
  fileSystems: [],
  backupJobs: [{ id: 'full', dataset: 'postgres', schedule: '0 3 * * *', command: ['backup.sh', 'full'] }],
  toolbox: { cluster: 'c', subnetIds: ['subnet-1'], securityGroupId: 'sg-1', taskDefinitions: { restore: 'arn:r' } },
  images: {},
  topics: {},
  control: [
    { region: 'us-west-2', bucket: 'a' },
    { region: 'us-east-1', bucket: 'b' },
    { region: 'us-east-2', bucket: 'c' },
  ],
  signal: { region: 'us-west-2', bucket: 's', key: 'k' },
};
