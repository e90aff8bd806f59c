import { fewestRecipients, recipientsVariable } from '../../recovery/recipients';
import type { Resource } from '../resource';
import { when, type Rule } from '../rule';
import { atLeast } from '../settings';
import { ecr, ecs } from '../types';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
}

/** @returns none for a text that is no list of containers; ECS refuses that itself. */
function containersOf({ inputs }: Resource): Container[] {
  // Outside: that it is unknown must not be taken for a text that nobody can read.
  const text = inputs.text('containerDefinitions') ?? '[]';
  try {
    const found: unknown = JSON.parse(text);
    return (Array.isArray(found) ? found : []).map((one: Partial<Container>) => ({
      name: one.name ?? '',
      image: one.image ?? '',
      environment: one.environment ?? [],
    }));
  } catch {
    return [];
  }
}

const ofTask = { scope: 'resource', types: [ecs.task], unknown: { containerDefinitions: 'not-applicable' } } as const;
const ofImages = { group: 'ecs', level: 'always', types: [ecr.repository] } as const;

/** What a site starts from when the other region is gone: images, and who can open the backups. */
export const taskRules: readonly Rule[] = [
  {
    ...ofTask,
    id: 'dr-ecs-digest',
    group: 'ecs',
    title: 'an image is named by its digest',
    level: 'always',
    fix: 'image: REGISTRY/NAME@sha256:…',
    references: [],
    check: (one) =>
      containersOf(one).flatMap(({ name, image }) =>
        when(
          !/@sha256:[0-9a-f]{64}$/.test(image),
          `${name} runs ${image}, which can be another image in the other region or tomorrow`,
        ),
      ),
  },
  {
    ...ofTask,
    id: 'dr-ecs-image-region',
    group: 'ecs',
    title: 'an image comes from the region that it runs in',
    level: 'always',
    fix: 'image: ACCOUNT.dkr.ecr.OWN-REGION.amazonaws.com/NAME@sha256:…',
    references: [],
    check: (one) =>
      containersOf(one).flatMap(({ name, image }) => {
        const from = /\.dkr\.ecr\.([\w-]+)\.amazonaws\.com/.exec(image)?.[1];
        return when(
          from !== one.region,
          `${name} comes from ${from ?? 'a registry that is not ours'} and runs in ${one.region ?? 'an unnamed region'}: it starts only while both stand`,
        );
      }),
  },
  {
    ...ofTask,
    id: 'dr-escrow-recipients',
    group: 'secrets',
    title: 'what is encrypted for people can be opened by two of them',
    level: 'always',
    settings: { recipients: atLeast('', fewestRecipients) },
    fix: 'two recipients or more, one of them offline',
    references: [],
    check: (one, { setting }) =>
      containersOf(one).flatMap(({ environment }) =>
        environment.flatMap(({ name, value }) => {
          const keys = value.split(',').map((key) => key.trim());
          const count = new Set(keys.filter((key) => key !== '')).size;
          return when(
            name === recipientsVariable && count < setting('recipients'),
            `${count} recipient can open it, and ${setting('recipients')} are promised: lost with a laptop`,
          );
        }),
      ),
  },
  {
    ...ofImages,
    id: 'dr-ecr-immutable',
    title: 'a tag does not move',
    scope: 'resource',
    unknown: { imageTagMutability: 'violation' },
    fix: "imageTagMutability: 'IMMUTABLE'",
    references: ['CKV_AWS_51', 'prowler:ecr_repositories_tag_immutability'],
    check: ({ inputs }) =>
      when(
        !(inputs.text('imageTagMutability') ?? '').startsWith('IMMUTABLE'),
        'what is rolled back to may be another image than it was',
      ),
  },
  {
    ...ofImages,
    id: 'dr-ecr-force-delete',
    title: 'a registry with images cannot be deleted',
    scope: 'resource',
    unknown: { forceDelete: 'violation' },
    fix: 'forceDelete: false',
    references: [],
    check: ({ inputs }) =>
      when(inputs.flag('forceDelete') === true, 'with it goes every image that a recovery would start'),
  },
  {
    id: 'dr-ecr-replication',
    group: 'ecs',
    title: 'images are copied to another region',
    scope: 'resource',
    types: [ecr.replication],
    level: 'always',
    unknown: { replicationConfiguration: 'violation' },
    fix: 'destinations: [{ region: peerRegion, registryId }]',
    references: [],
    check: ({ inputs, region }) => {
      const rules = inputs.inner('replicationConfiguration')?.list('rules') ?? [];
      const to = rules.flatMap((rule) => rule.list('destinations').flatMap((one) => one.text('region') ?? []));
      return when(
        !to.some((one) => one !== region),
        `images go to ${to.join(', ') || 'no region'} and come from ${region ?? 'an unnamed one'}`,
      );
    },
  },
];
