import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { RegionRefusal, type RegionCalls, type RegistryReplicationRule } from '../api';
import type { Part, RegionContext } from '../supervisor/part';
import type { CourierPart } from './courier';
import { ImageDeliveries } from './image-deliveries';
import { isBuiltIn, type ImageName, type ImageSource } from './images';

type Calls = 'putRepository' | 'deleteRepository' | 'describeRepository' | 'pushImage' | 'setRegistryReplication';

export interface Repository {
  readonly immutableTags: boolean;
  /** Digest -> tags. */
  readonly images: Readonly<Record<string, readonly string[]>>;
}

export interface RegistryState {
  readonly repositories: Readonly<Record<string, Repository>>;
  readonly rules: readonly RegistryReplicationRule[];
}

export interface RegistryPart extends Part<Calls>, ImageSource {}

/** The region's ECR: archives by the digest of their bytes, in repositories, some of them replicated. */
export function registry(context: RegionContext, courier: CourierPart): RegistryPart {
  const shelf = new Shelf(context);
  const deliveries = new ImageDeliveries(context, courier, (digest) => shelf.archive(digest));
  courier.receive('image', async (digest, label, bytes) => {
    const { repository, tags } = JSON.parse(label) as { repository: string; tags: string[] };
    const draft = path.join(context.folder('registry'), `${digest.slice(7)}.draft`);
    if (bytes !== null) await pipeline(bytes, fs.createWriteStream(draft));
    await shelf.receive(repository, digest, tags, draft);
  });
  return {
    calls: {
      putRepository: ({ name, immutableTags }) => Promise.resolve(shelf.putRepository(name, immutableTags)),
      deleteRepository: async ({ name, force }) => Promise.resolve(shelf.deleteRepository(name, force)),
      describeRepository: ({ name }) => Promise.resolve(shelf.state.repositories[name] ?? null),
      pushImage: async (params) => {
        const digest = await shelf.push(params);
        deliveries.owe(shelf.state, params.repository, digest);
        return { digest };
      },
      setRegistryReplication: ({ rules }) => {
        shelf.keep({ ...shelf.state, rules });
        return Promise.resolve({});
      },
    },
    has: (image) => shelf.has(image),
    start: () => {
      deliveries.resume();
      return Promise.resolve();
    },
    status: () => deliveries.status(),
    stop: () => deliveries.stop(),
  };
}

class Shelf {
  state: RegistryState;

  constructor(private readonly context: RegionContext) {
    this.state = context.load<RegistryState>('registry', { repositories: {}, rules: [] });
  }

  archive(digest: string): string {
    return path.join(this.context.folder('registry'), digest.replace('sha256:', ''));
  }

  keep(state: RegistryState): void {
    this.state = state;
    this.context.save('registry', state);
  }

  has(image: ImageName): boolean {
    if (isBuiltIn(image) || !image.registry.includes(`.ecr.${this.context.region}.`)) return false;
    const images = Object.entries(this.state.repositories[image.repository]?.images ?? {});
    return images.some(([digest, tags]) =>
      image.digest === null ? tags.includes(image.tag ?? 'latest') : digest === image.digest,
    );
  }

  /** Asked again after a killed engine it is the same repository. */
  putRepository(name: string, immutableTags: boolean): { arn: string; url: string } {
    const { region, machine } = this.context;
    const images = this.state.repositories[name]?.images ?? {};
    this.keepRepository(name, { immutableTags, images });
    const account = machine.file.accountId;
    return {
      arn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
      url: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
    };
  }

  deleteRepository(name: string, force: boolean): Record<string, never> {
    const images = Object.keys(this.state.repositories[name]?.images ?? {});
    if (images.length > 0 && !force) {
      throw new RegionRefusal(
        'RepositoryNotEmptyException',
        `The repository with name '${name}' cannot be deleted because it still contains images`,
      );
    }
    const repositories = { ...this.state.repositories };
    Reflect.deleteProperty(repositories, name);
    this.keep({ ...this.state, repositories });
    return {};
  }

  async push({ repository, tag, archive }: RegionCalls['pushImage']['params']): Promise<string> {
    const known = this.state.repositories[repository];
    if (known === undefined) {
      throw new RegionRefusal('RepositoryNotFoundException', `The repository with name '${repository}' does not exist`);
    }
    const digest = await digestOf(archive);
    const holder = Object.entries(known.images).find(([, tags]) => tags.includes(tag))?.[0];
    if (known.immutableTags && holder !== undefined && holder !== digest) {
      throw new RegionRefusal(
        'ImageTagAlreadyExistsException',
        `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the repository is immutable.`,
      );
    }
    this.shelve(repository, digest, [tag], archive);
    return digest;
  }

  /** From another region: the bytes must be what their name says. A repository that is missing is made, as ECR makes it. */
  async receive(repository: string, digest: string, tags: readonly string[], draft: string): Promise<void> {
    const arrived = await digestOf(draft);
    if (arrived !== digest) {
      fs.rmSync(draft, { force: true });
      throw new Error(`${digest} arrived as ${arrived}`);
    }
    this.shelve(repository, digest, tags, draft);
    fs.rmSync(draft, { force: true });
  }

  private shelve(repository: string, digest: string, tags: readonly string[], archive: string): void {
    const place = this.archive(digest);
    if (!fs.existsSync(place)) {
      fs.copyFileSync(archive, `${place}.draft`);
      fs.renameSync(`${place}.draft`, place);
    }
    const { immutableTags = false, images = {} } = this.state.repositories[repository] ?? {};
    const others = Object.entries(images).map(([known, names]) => [
      known,
      names.filter((name) => !tags.includes(name)),
    ]);
    const before = images[digest] ?? [];
    const moved = {
      ...(Object.fromEntries(others) as Repository['images']),
      [digest]: [...new Set([...before, ...tags])],
    };
    this.keepRepository(repository, { immutableTags, images: moved });
  }

  private keepRepository(name: string, repository: Repository): void {
    this.keep({ ...this.state, repositories: { ...this.state.repositories, [name]: repository } });
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(fs.createReadStream(file), hash);
  return `sha256:${hash.digest('hex')}`;
}
