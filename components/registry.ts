import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { Component, type ComponentOptions } from './component';

export interface RegistryArgs {
  /** Account of the registry, here and in the region of the copies. @recovery with a wrong one no copy is made */
  readonly accountId: string;
  /**
   * One repository for each.
   * @recovery an image without one must come from elsewhere, which may be gone when a task starts
   */
  readonly images: readonly string[];
  /**
   * Key that encrypts the images here.
   * @recovery a task whose image was encrypted with a key that is gone cannot start
   */
  readonly keyArn: pulumi.Input<string>;
  /**
   * Region that gets a copy of every image pushed from now on; null while its repositories do not stand: ECR would make
   * them itself, without our key and with tags that can be moved.
   * @recovery without it no task can start when this region is gone
   */
  readonly copyTo: string | null;
}

/** The one tag that may move; everything that runs is named by its digest. */
export const buildTag = 'build';
/** Versions to go back to. An image that is older than this many pushes and still runs must be pushed again. */
const keptImages = 100;

/** The site's own images: the other region's registry is gone when it matters. */
export class Registry extends Component {
  constructor(name: string, args: RegistryArgs, options: ComponentOptions) {
    super('Registry', name, options);
    for (const image of args.images) this.repository(image, args.keyArn);
    if (args.copyTo !== null) this.copy(args.accountId, args.copyTo, args.images);
    this.registerOutputs({});
  }

  private repository(image: string, keyArn: pulumi.Input<string>): void {
    const repository = new aws.ecr.Repository(
      this.childName(image),
      {
        name: image,
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filter: buildTag, filterType: 'WILDCARD' }],
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: keyArn }],
        forceDelete: false,
      },
      this.child({ protect: true }),
    );
    new aws.ecr.LifecyclePolicy(
      this.childName(image),
      { repository: repository.name, policy: JSON.stringify(keepNewest) },
      this.child(),
    );
  }

  /** A registry has one configuration for all its repositories. */
  private copy(registryId: string, region: string, images: readonly string[]): void {
    new aws.ecr.ReplicationConfiguration(
      this.childName('copies'),
      {
        replicationConfiguration: {
          rules: [
            {
              destinations: [{ region, registryId }],
              // ECR knows filters by prefix alone; a name is its own prefix.
              repositoryFilters: images.map((filter) => ({ filter, filterType: 'PREFIX_MATCH' })),
            },
          ],
        },
      },
      this.child(),
    );
  }
}

const keepNewest = {
  rules: [
    {
      rulePriority: 1,
      description: `keep the newest ${String(keptImages)}`,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: keptImages },
      action: { type: 'expire' },
    },
  ],
};
