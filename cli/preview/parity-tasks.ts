import { z } from 'zod';
import { fact, unknownFact, type Fact } from './parity-fact';
import type { PlannedResource, Properties } from './stack-plan';
import { unknownValue } from './unknown';

const named = z.array(z.looseObject({ name: z.string() })).default([]);
const containers = z.array(z.looseObject({ name: z.string(), image: z.string(), environment: named, secrets: named }));

/** Kinds of facts about the containers of a family: all of them are unknown together. */
const kinds = ['image', 'environment', 'secret'] as const;

/** The registries differ with the region; what runs is the digest. Values may differ too, and which there are may not. */
export function taskFacts({ after }: PlannedResource): Fact[] {
  const family = String(after?.['family']);
  const size = [fact(`task ${family} cpu`, after?.['cpu']), fact(`task ${family} memory`, after?.['memory'])];
  if (after?.['containerDefinitions'] === unknownValue)
    return [...size, ...kinds.map((kind): Fact => [`${kind} of ${family} `, unknownFact])];
  return [
    ...size,
    ...containersOf(after).flatMap(({ name, image, environment, secrets }) => [
      fact(`image of ${family} ${name}`, digestOf(image)),
      ...environment.map((one) => fact(`environment of ${family} ${name} ${one.name}`, 'there')),
      ...secrets.map((one) => fact(`secret of ${family} ${name} ${one.name}`, 'there')),
    ]),
  ];
}

function containersOf(after: Properties | null): z.infer<typeof containers> {
  const text = after?.['containerDefinitions'];
  if (typeof text !== 'string') return [];
  try {
    return containers.safeParse(JSON.parse(text)).data ?? [];
  } catch {
    return [];
  }
}

const digestOf = (image: string): string => image.split('@').at(-1) ?? image;
