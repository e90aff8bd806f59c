import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Call } from '../../supervisor/part';
import type { Difference, PropertyChange } from '../diff';
import { Fields } from '../fields';
import type { Checked, Provider, Standing, Subject } from '../provider';
import { canonical, isObject, isUnknown, reveal, revealAll, unknown, type Properties } from '../values';
import { archiveOf, buildOf, digestOf, type Build } from './archive';

const imageType = 'docker:index/image:Image';

/** The provider that answers to the name `docker`: packs build contexts, and pushes them to a region's registry. */
export class DockerProvider implements Provider {
  /** @param folder of the program: a relative build context begins there. */
  constructor(
    private readonly call: Call,
    private readonly folder: string,
  ) {}

  configure(): void {
    // There is no Docker daemon to be configured.
  }

  /** As the official provider does, the digest of the context is an input, so that a change of a file is a change. */
  check(subject: Subject, _before: Properties, after: Properties): Checked {
    known(subject);
    const build = reveal(after['build'] ?? {});
    if (isUnknown(build) || !isObject(build)) return { inputs: after, failures: [] };
    try {
      const contextDigest = digestOf(archiveOf(this.buildOf(after)));
      return { inputs: { ...after, build: { ...build, contextDigest } }, failures: [] };
    } catch (error) {
      return { inputs: after, failures: [{ property: 'build', reason: said(error) }] };
    }
  }

  diff(subject: Subject, before: Properties, after: Properties): Difference {
    known(subject);
    const changes = ['build', 'imageName', 'registry'].flatMap((property): PropertyChange[] =>
      // A registry's password is a new one every time.
      compared(property, before) === compared(property, after) ? [] : [{ property, kind: 'update', replaces: false }],
    );
    return { changes, deleteFirst: false };
  }

  async create(subject: Subject, inputs: Properties, preview: boolean): Promise<Standing> {
    known(subject);
    const state = await this.pushed(inputs, preview);
    const { repoDigest } = state;
    return { id: typeof repoDigest === 'string' && !preview ? repoDigest : '', state };
  }

  update(_subject: Subject, _standing: Standing, _before: Properties, after: Properties, preview: boolean) {
    return this.pushed(after, preview);
  }

  read(_subject: Subject, standing: Standing, inputs: Properties) {
    return Promise.resolve({ state: standing.state, inputs });
  }

  /** As with the official provider the image stays in its registry. */
  remove(): Promise<void> {
    return Promise.resolve();
  }

  private buildOf(inputs: Properties): Build {
    return buildOf(new Fields(revealAll(inputs)), this.folder);
  }

  private async pushed(inputs: Properties, preview: boolean): Promise<Properties> {
    const build = this.buildOf(inputs);
    const name = reveal(inputs['imageName'] ?? unknown);
    const { context, dockerfile, platform } = build;
    const known = { imageName: name, baseImageName: name, context, dockerfile, platform };
    if (preview || typeof name !== 'string' || name === unknown) {
      return { ...known, registryServer: unknown, repoDigest: unknown };
    }
    const place = imagePlace(name);
    const digest = await this.push(place, build);
    return { ...known, registryServer: place.registry, repoDigest: `${place.registry}/${place.repository}@${digest}` };
  }

  private async push({ region, repository, tag }: ImagePlace, build: Build): Promise<string> {
    const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-dr-push-'));
    try {
      const archive = path.join(scratch, 'image.tar');
      fs.writeFileSync(archive, archiveOf(build));
      return (await this.call(region, 'pushImage', { repository, tag, archive })).digest;
    } finally {
      fs.rmSync(scratch, { recursive: true });
    }
  }
}

interface ImagePlace {
  readonly registry: string;
  readonly region: string;
  readonly repository: string;
  readonly tag: string;
}

/** @throws Error for an image that is not in a region's own registry. */
function imagePlace(image: string): ImagePlace {
  const found = /^(?<registry>\d{12}\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com)\/(?<rest>.+)$/.exec(
    image,
  )?.groups;
  const { registry, region, rest } = found ?? {};
  if (registry === undefined || region === undefined || rest === undefined) {
    throw new Error(`regions on this machine take images of their own registries only, not ${image}`);
  }
  const [repository = '', tag = 'latest'] = rest.split(':', 2);
  return { registry, region, repository, tag };
}

function compared(property: string, inputs: Properties): string {
  const value = reveal(inputs[property] ?? null);
  return canonical(property === 'registry' && isObject(value) ? (value['server'] ?? null) : value);
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function known(subject: Subject): void {
  if (subject.type !== imageType) throw new Error(`regions on this machine do not know the type ${subject.type}`);
}
