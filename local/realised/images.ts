import { RegionRefusal } from '../api';

/** What an image of this project contains on this machine. */
export interface ImageContents {
  readonly program: string;
  readonly listens: boolean;
}

/** By the last segment of the repository: every container here is a process of this checkout. */
const contents: Readonly<Record<string, ImageContents>> = {
  'agente-api': { program: 'local/services/agente-api', listens: true },
  pms: { program: 'local/services/pms', listens: true },
  whatsapp: { program: 'local/services/whatsapp', listens: true },
  toolbox: { program: 'scripts/main', listens: false },
};

/** Images that no program of this machine stands for: their services are wished, never run and never healthy. */
const notRun: Readonly<Record<string, string>> = {
  prometheus: 'the set-up installs no Prometheus',
  alertmanager: 'the set-up installs no Alertmanager',
  grafana: 'Debian has no package of Grafana',
};

export interface ImageName {
  /** Without the registry. */
  readonly repository: string;
  readonly registry: string;
  readonly digest: string | null;
  readonly tag: string | null;
}

/** Reads `registry/repository[:tag][@sha256:digest]`. */
export function imageName(image: string): ImageName {
  const [place = '', digest = null] = image.split('@', 2);
  const slash = place.indexOf('/');
  const [repository = '', tag = null] = place.slice(slash + 1).split(':', 2);
  return {
    repository,
    registry: slash < 0 ? '' : place.slice(0, slash),
    digest,
    tag,
  };
}

const lastSegment = ({ repository }: ImageName): string => repository.split('/').at(-1) ?? repository;

/** Why this machine does not run an image at all; null for one that it runs. */
export const notRunHere = (image: string): string | null => notRun[lastSegment(imageName(image))] ?? null;

/**
 * The digests of Pulumi.*.yaml are all zeros until somebody has pushed real images: here they mean the
 * programs of this checkout, which every region has without a registry.
 */
export const isBuiltIn = ({ digest }: ImageName): boolean => /^sha256:0+$/.test(digest ?? '');

/** Where an image by a real digest must lie before a task can start from it. */
export interface ImageSource {
  has(image: ImageName): boolean;
}

/** @throws RegionRefusal CannotPullContainerError for what is neither built in nor in the region's own registry. */
export function contentsOf(image: string, registry: ImageSource): ImageContents {
  const name = imageName(image);
  const found = contents[lastSegment(name)];
  if (found !== undefined && (isBuiltIn(name) || registry.has(name))) return found;
  throw new RegionRefusal('CannotPullContainerError', `no image ${image} in this region`);
}
