import * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';
import { Component, type ComponentOptions } from './component';
import { buildTag } from './registry';

export interface ToolboxImageArgs {
  /** Repository to push to, without a tag. @recovery none: what runs is named by its digest */
  readonly repository: string;
  /** Folder of the build context, from where the program runs. @recovery none: only read while the image is built */
  readonly context: string;
  /** From the same place. @recovery none: only read while the image is built */
  readonly dockerfile: string;
  /**
   * What must stand before anything is pushed.
   * @recovery an image that is pushed before its copying stands is missing in the other region
   */
  readonly pushAfter: pulumi.Resource[];
}

/**
 * The image of everything that takes and restores recovery points, built here and pushed. It asks
 * for no registry token, which would lie in the state: whoever deploys has logged Docker in.
 */
export class ToolboxImage extends Component {
  /** `REPOSITORY@sha256:…` of what was pushed. */
  readonly byDigest: pulumi.Output<string>;

  constructor(name: string, args: ToolboxImageArgs, options: ComponentOptions) {
    super('ToolboxImage', name, options);
    const image = new docker.Image(
      this.childName('image'),
      {
        imageName: `${args.repository}:${buildTag}`,
        build: {
          context: args.context,
          dockerfile: args.dockerfile,
          // As the tasks: Graviton.
          platform: 'linux/arm64',
        },
        // A preview needs no Docker; it does not know the new digest yet.
        buildOnPreview: false,
        skipPush: false,
      },
      // Where the stack goes back to a digest, nothing is asked of a Docker that may not be there.
      this.child({ retainOnDelete: true, dependsOn: args.pushAfter }),
    );
    this.byDigest = image.repoDigest;
    this.registerOutputs({ byDigest: this.byDigest });
  }
}
