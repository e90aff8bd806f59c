import type { Resource } from '../resource';
import { when, type Rule } from '../rule';
import { atLeast } from '../settings';
import { efs, vpc } from '../types';

const ofFiles = { group: 'efs', types: [efs.files], ofStores: true, level: 'always' } as const;

const zoneOf = ({ inputs, urn }: Resource): string =>
  inputs.text('availabilityZone') ?? inputs.text('availabilityZoneId') ?? urn;

/** File systems. */
export const efsRules: readonly Rule[] = [
  {
    ...ofFiles,
    id: 'dr-efs-encrypted',
    title: 'a file system is encrypted',
    scope: 'resource',
    unknown: { encrypted: 'violation' },
    fix: 'encrypted: true',
    references: ['CKV_AWS_42', 'prowler:efs_encryption_at_rest_enabled'],
    check: ({ inputs }) =>
      when(
        inputs.flag('encrypted') !== true,
        'it is not encrypted, nor is its copy, and EFS turns it on for none that stands',
      ),
  },
  {
    ...ofFiles,
    id: 'dr-efs-key',
    title: 'a file system is encrypted with a key of ours',
    scope: 'resource',
    unknown: {},
    fix: 'kmsKeyId: key.arn',
    references: ['CKV_AWS_184'],
    check: ({ inputs }) =>
      when(!inputs.said('kmsKeyId'), 'it names no key, so its points can be given to no other account'),
  },
  {
    ...ofFiles,
    id: 'dr-efs-zones',
    title: 'a file system can be mounted in two zones',
    scope: 'stack',
    settings: { zones: atLeast('', 2) },
    unknown: { availabilityZone: 'violation' },
    fix: 'a MountTarget in each zone',
    references: ['prowler:efs_multi_az_enabled'],
    check: (one, { stack, setting }) => {
      const zones = new Set(
        stack
          .beside(one, efs.mount, 'fileSystemId')
          .flatMap((mount) => stack.behind(mount, 'subnetId', vpc.subnet))
          .map(zoneOf),
      );
      return when(zones.size < setting('zones'), `it can be mounted in ${zones.size} of ${setting('zones')} zones`);
    },
  },
  {
    ...ofFiles,
    id: 'dr-efs-replication',
    title: 'a file system is copied to another region',
    scope: 'stack',
    level: 'byTier',
    unknown: {},
    fix: 'new aws.efs.ReplicationConfiguration(…, { sourceFileSystemId: files.id, … })',
    references: ['aws-config:EFS_RESOURCES_PROTECTED_BY_BACKUP_PLAN'],
    check: (one, { stack }) =>
      when(
        stack.beside(one, efs.replication, 'sourceFileSystemId').length === 0,
        '0 copies of it lie in another region',
      ),
  },
  {
    id: 'dr-efs-replication-region',
    group: 'efs',
    title: 'the copy of a file system lies in another region',
    scope: 'resource',
    types: [efs.replication],
    level: 'always',
    unknown: { destination: 'violation' },
    fix: 'destination: { region: peerRegion }',
    references: [],
    check: ({ inputs, region }) => {
      const to = inputs.inner('destination')?.text('region') ?? region;
      return when(to === region, `its copy lies in ${to ?? 'an unnamed region'}, where it lies itself`);
    },
  },
];
