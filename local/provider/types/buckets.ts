import { RegionRefusal } from '../../api';
import type { Fields } from '../fields';
import type { Made, Realisation, Realisations, Scope } from '../realisation';

const withoutArn = (bucket: string): string => bucket.replace(/^arn:aws:s3:::/, '');

const bucket: Realisation = {
  create: async (inputs, scope) => {
    const name = inputs.text('bucket');
    await scope.call(scope.region, 'createBucket', { name, objectLock: inputs.flag('objectLockEnabled') });
    const outputs = {
      arn: `arn:aws:s3:::${name}`,
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.${scope.region}.amazonaws.com`,
      bucketRegion: scope.region,
      hostedZoneId: 'Z3AQBSTGFYJSTF',
    };
    return { id: name, outputs };
  },
  remove: (id, inputs, _state, scope) =>
    scope.call(scope.region, 'deleteBucket', { name: id, force: inputs.flag('forceDestroy') }),
};

/** A setting of a bucket: its id is the bucket's, and putting it again changes nothing. */
function setting(
  put: (inputs: Fields, scope: Scope) => Promise<unknown>,
  remove: (bucket: string, scope: Scope) => Promise<unknown>,
): Realisation {
  return {
    create: async (inputs, scope): Promise<Made> => {
      await put(inputs, scope);
      return { id: inputs.text('bucket'), outputs: {} };
    },
    update: async (inputs, _change, scope) => {
      await put(inputs, scope);
      return {};
    },
    remove: (id, _inputs, _state, scope) => remove(id, scope),
  };
}

const versioning = setting(
  (inputs, scope) => {
    const enabled = inputs.block('versioningConfiguration').optionalText('status') === 'Enabled';
    return scope.call(scope.region, 'setVersioning', { bucket: inputs.text('bucket'), enabled });
  },
  (name, scope) =>
    scope.call(scope.region, 'setVersioning', { bucket: name, enabled: false }).catch((error: unknown) => {
      // A locked bucket keeps its versions; taking the setting away then says nothing, as with AWS.
      if (error instanceof RegionRefusal && error.code === 'InvalidBucketState') return {};
      throw error;
    }),
);

const policy = setting(
  (inputs, scope) =>
    scope.call(scope.region, 'setBucketPolicy', { bucket: inputs.text('bucket'), policy: inputs.text('policy') }),
  (name, scope) => scope.call(scope.region, 'setBucketPolicy', { bucket: name, policy: null }),
);

function ruleOf(rule: Fields) {
  const prefix = rule.block('filter').optionalText('prefix') ?? rule.optionalText('prefix') ?? '';
  return {
    prefix,
    destinationBucket: withoutArn(rule.block('destination').text('bucket')),
    enabled: rule.optionalText('status') === 'Enabled',
    deleteMarkers: rule.block('deleteMarkerReplication').optionalText('status') === 'Enabled',
  };
}

const replication = setting(
  (inputs, scope) => {
    const rules = inputs.blocks('rules').map(ruleOf);
    return scope.call(scope.region, 'setReplication', { bucket: inputs.text('bucket'), rules });
  },
  (name, scope) => scope.call(scope.region, 'setReplication', { bucket: name, rules: [] }),
);

async function putObject(inputs: Fields, scope: Scope) {
  if (!inputs.has('content')) throw new Error('regions on this machine take an object from `content` only');
  const { etag, versionId } = await scope.call(scope.region, 'putObject', {
    bucket: withoutArn(inputs.text('bucket')),
    key: inputs.text('key'),
    content: inputs.text('content'),
    contentType: inputs.optionalText('contentType'),
  });
  return { etag: etag.replaceAll('"', ''), versionId };
}

const object: Realisation = {
  create: async (inputs, scope) => {
    const place = `${withoutArn(inputs.text('bucket'))}/${inputs.text('key')}`;
    return { id: place, outputs: { ...(await putObject(inputs, scope)), arn: `arn:aws:s3:::${place}` } };
  },
  update: (inputs, _change, scope) => putObject(inputs, scope),
  remove: (_id, inputs, _state, scope) => {
    const place = { bucket: withoutArn(inputs.text('bucket')), key: inputs.text('key') };
    return scope.call(scope.region, 'deleteObject', place);
  },
};

export const buckets: Realisations = {
  'aws:s3/bucket:Bucket': bucket,
  'aws:s3/bucketVersioning:BucketVersioning': versioning,
  'aws:s3/bucketPolicy:BucketPolicy': policy,
  'aws:s3/bucketReplicationConfig:BucketReplicationConfig': replication,
  'aws:s3/bucketObjectv2:BucketObjectv2': object,
};
