import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { EncryptionKey } from '../components/encryption-key';
import { Registry } from '../components/registry';
import { ToolboxImage } from '../components/toolbox-image';
import type { SiteConfig } from './config';
import { provisions } from './roles';

/** The site's registry, and the image of the toolbox as the tasks of the site name it. */
export function layImages(config: SiteConfig, key: EncryptionKey, provider: aws.Provider): pulumi.Input<string> {
  const { accountId, peerRegion, role, images } = config;
  const registry = new Registry(
    'registry',
    {
      accountId,
      images: Object.values(images).map(repositoryName),
      keyArn: key.arn,
      copyTo: provisions[role].copiesVault ? peerRegion : null,
    },
    { provider },
  );
  return config.toolbox === 'build' ? builtToolbox(images.toolbox, registry) : images.toolbox;
}

function builtToolbox(image: string, registry: Registry): pulumi.Output<string> {
  const { byDigest } = new ToolboxImage(
    'toolbox-image',
    {
      repository: repository(image),
      // From the checkout, in which the program runs: an absolute path would be another one on another machine.
      context: '.',
      dockerfile: 'toolbox/Dockerfile',
      pushAfter: [registry],
    },
    {},
  );
  return byDigest;
}

/** `REGISTRY/NAME` of `REGISTRY/NAME@DIGEST`. */
const repository = (image: string): string => image.split('@', 1)[0] ?? image;
/** What stands behind the registry's own name. */
const repositoryName = (image: string): string => repository(image).split('/').slice(1).join('/');
