import * as assert from 'node:assert/strict';
import { Registry } from '../../components/registry';
import { ToolboxImage } from '../../components/toolbox-image';
import { ask, document, only, providerOptions, type Asked } from './support';

const registry = (copyTo: string | null): Promise<Asked[]> =>
  ask(() => {
    new Registry(
      'registry',
      { accountId: '123456789012', images: ['agente-api', 'toolbox'], keyArn: 'arn:key', copyTo },
      providerOptions(),
    );
  });

describe('Registry', () => {
  it('has a protected repository for each image, scanned when pushed, under the key of the site', async () => {
    const asked = await registry(null);
    for (const image of ['agente-api', 'toolbox']) {
      const found = only(asked, 'aws:ecr/repository:Repository', `registry-${image}`);
      assert.deepEqual([found.protected, found.parent, found.inputs['name']], [true, 'registry', image]);
      assert.deepEqual(found.inputs['imageScanningConfiguration'], { scanOnPush: true });
      assert.deepEqual(found.inputs['encryptionConfigurations'], [{ encryptionType: 'KMS', kmsKey: 'arn:key' }]);
      assert.equal(found.inputs['forceDelete'], false);
    }
  });

  it('lets no tag be moved but the one of the build, which nothing runs by', async () => {
    const { inputs } = only(await registry(null), 'aws:ecr/repository:Repository', 'registry-toolbox');
    assert.equal(inputs['imageTagMutability'], 'IMMUTABLE_WITH_EXCLUSION');
    assert.deepEqual(inputs['imageTagMutabilityExclusionFilters'], [{ filter: 'build', filterType: 'WILDCARD' }]);
  });

  it('keeps the newest versions to go back to', async () => {
    const policy = only(await registry(null), 'aws:ecr/lifecyclePolicy:LifecyclePolicy', 'registry-agente-api');
    const { rules } = document(policy, 'policy') as { rules: readonly { selection: object; action: object }[] };
    assert.deepEqual(
      rules.map(({ selection, action }) => ({ selection, action })),
      [
        {
          selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 100 },
          action: { type: 'expire' },
        },
      ],
    );
  });

  it('copies every image to the other region, once its repositories stand', async () => {
    const type = 'aws:ecr/replicationConfiguration:ReplicationConfiguration';
    assert.equal(
      (await registry(null)).some((one) => one.type === type),
      false,
    );
    assert.deepEqual(only(await registry('us-west-2'), type).inputs['replicationConfiguration'], {
      rules: [
        {
          destinations: [{ region: 'us-west-2', registryId: '123456789012' }],
          repositoryFilters: [
            { filter: 'agente-api', filterType: 'PREFIX_MATCH' },
            { filter: 'toolbox', filterType: 'PREFIX_MATCH' },
          ],
        },
      ],
    });
  });
});

describe('ToolboxImage', () => {
  it('is built for the processors of the tasks and pushed, without a token of the registry in the state', async () => {
    const asked = await ask(() => {
      new ToolboxImage(
        'toolbox-image',
        { repository: 'registry.example/toolbox', context: '.', dockerfile: 'toolbox/Dockerfile', pushAfter: [] },
        providerOptions(),
      );
    });
    const { inputs } = only(asked, 'docker:index/image:Image');
    assert.deepEqual(inputs, {
      imageName: 'registry.example/toolbox:build',
      build: { context: '.', dockerfile: 'toolbox/Dockerfile', platform: 'linux/arm64' },
      buildOnPreview: false,
      skipPush: false,
    });
  });
});
