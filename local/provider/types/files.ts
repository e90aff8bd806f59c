import type { Fields } from '../fields';
import type { Made, Realisation, Realisations, Scope } from '../realisation';
import type { Properties } from '../values';

async function putFileSystem(inputs: Fields, scope: Scope): Promise<Made> {
  const { id, arn } = await scope.call(scope.region, 'putFileSystem', {
    token: inputs.optionalText('creationToken') ?? scope.mark(32),
    overwriteProtection: inputs.block('protection').optionalText('replicationOverwrite') !== 'DISABLED',
  });
  const outputs = {
    ...{ arn, dnsName: dnsName(id, scope), ownerId: scope.accountId, numberOfMountTargets: 0, sizeInBytes: [] },
    ...{ name: inputs.block('tags').optionalText('Name') ?? '', availabilityZoneId: '', availabilityZoneName: '' },
  };
  return { id, outputs };
}

const dnsName = (id: string, scope: Scope): string => `${id}.efs.${scope.region}.amazonaws.com`;

const arnOf = (id: string, scope: Scope): string =>
  `arn:aws:elasticfilesystem:${scope.region}:${scope.accountId}:file-system/${id}`;

const fileSystem: Realisation = {
  create: putFileSystem,
  update: async (inputs, _change, scope) => (await putFileSystem(inputs, scope)).outputs,
  remove: (id, _inputs, _state, scope) => scope.call(scope.region, 'deleteFileSystem', { id }),
};

const accessPoint: Realisation = {
  create: async (inputs, scope) => {
    const system = inputs.text('fileSystemId');
    const path = inputs.block('rootDirectory').optionalText('path') ?? '/';
    const made = await scope.call(scope.region, 'putAccessPoint', { fileSystem: system, path, token: scope.mark(32) });
    const outputs = { arn: made.arn, fileSystemArn: arnOf(system, scope), ownerId: scope.accountId };
    return { id: made.id, outputs };
  },
  remove: (id, _inputs, _state, scope) => scope.call(scope.region, 'deleteAccessPoint', { id }),
};

const mountTarget: Realisation = {
  create: async (inputs, scope) => {
    const [system, subnet] = [inputs.text('fileSystemId'), inputs.text('subnetId')];
    const { id } = await scope.call(scope.region, 'putMountTarget', { fileSystem: system, subnet });
    const outputs: Properties = {
      ...{ fileSystemArn: arnOf(system, scope), dnsName: dnsName(system, scope), ownerId: scope.accountId },
      ...{
        networkInterfaceId: `eni-0${scope.mark(16, 'eni')}`,
        mountTargetDnsName: `${subnet}.${dnsName(system, scope)}`,
      },
      ...{ availabilityZoneId: '', availabilityZoneName: '' },
    };
    return { id, outputs };
  },
  remove: (id, _inputs, _state, scope) => scope.call(scope.region, 'deleteMountTarget', { id }),
};

const replication: Realisation = {
  create: async (inputs, scope) => {
    const source = inputs.text('sourceFileSystemId');
    const wish = inputs.block('destination');
    const region = wish.optionalText('region') ?? scope.region;
    const wanted = wish.optionalText('fileSystemId');
    const params = { source, region, destination: wanted?.split('/').at(-1) ?? null };
    const { destination } = await scope.call(scope.region, 'putFileReplication', params);
    const outputs: Properties = {
      ...{ creationTime: new Date().toISOString(), sourceFileSystemRegion: scope.region },
      ...{ sourceFileSystemArn: arnOf(source, scope), originalSourceFileSystemArn: arnOf(source, scope) },
      destination: { region, fileSystemId: destination, status: 'ENABLED' },
    };
    return { id: source, outputs };
  },
  remove: (id, _inputs, _state, scope) => scope.call(scope.region, 'deleteFileReplication', { fileSystem: id }),
};

export const files: Realisations = {
  'aws:efs/fileSystem:FileSystem': fileSystem,
  'aws:efs/accessPoint:AccessPoint': accessPoint,
  'aws:efs/mountTarget:MountTarget': mountTarget,
  'aws:efs/replicationConfiguration:ReplicationConfiguration': replication,
};
