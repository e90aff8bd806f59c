import { z } from 'zod';
import { databaseDatasets } from '../../recovery/sites';
import { unknownValue } from './unknown';
import type { PlannedResource, Properties, StackPlan } from './stack-plan';

/** What a site is, by names that both sites share: `database postgres class` -> `db.m7g.large`. */
export type Facts = ReadonlyMap<string, string>;

/** Stands for what only the update will know. */
export const unknownFact = 'known after the update';

/** Version, class, parameters, image digests, capacity and schedules of a site as it will be. */
export function parityFacts({ resources }: StackPlan): Facts {
  const standing = resources.filter(({ after }) => after !== null);
  const ofType = (type: string) => standing.filter((resource) => resource.type === type);
  return new Map([
    ...databaseDatasets.flatMap((dataset) => databaseFacts(dataset, ofType('aws:rds/instance:Instance'))),
    ...ofType('aws:elasticache/replicationGroup:ReplicationGroup').flatMap(cacheFacts),
    ...ofType('aws:rds/parameterGroup:ParameterGroup').flatMap(parameterFacts),
    ...ofType('aws:elasticache/parameterGroup:ParameterGroup').flatMap(parameterFacts),
    ...ofType('aws:ecs/taskDefinition:TaskDefinition').flatMap(taskFacts),
    ...ofType('aws:appautoscaling/target:Target').map(capacityFact),
    ...ofType('aws:scheduler/schedule:Schedule').map(scheduleFact),
  ]);
}

type Fact = readonly [what: string, value: string];

function fact(what: string, value: unknown): Fact {
  if (value === unknownValue) return [what, unknownFact];
  return [what, typeof value === 'string' ? value : JSON.stringify(value ?? 'nothing')];
}

/** The youngest generation of a dataset. A replica says no version: what it has is in its outputs. */
function databaseFacts(dataset: string, instances: readonly PlannedResource[]): Fact[] {
  const generationOf = ({ after }: PlannedResource): number =>
    Number(new RegExp(`^agente-${dataset}-g(\\d+)$`).exec(String(after?.['identifier']))?.[1] ?? 0);
  const [youngest] = instances
    .filter((instance) => generationOf(instance) > 0)
    .sort((a, b) => generationOf(b) - generationOf(a));
  if (youngest === undefined) return [];
  const { after, outputs } = youngest;
  const version = outputs?.['engineVersionActual'] ?? after?.['engineVersion'] ?? unknownValue;
  return [
    fact(`database ${dataset} class`, after?.['instanceClass']),
    fact(`database ${dataset} version`, version),
    fact(`database ${dataset} storage type`, after?.['storageType']),
  ];
}

function cacheFacts({ after, name }: PlannedResource): Fact[] {
  const what = (property: string) => `cache ${name.replace(/-group$/, '')} ${property}`;
  return [
    fact(what('class'), after?.['nodeType']),
    fact(what('version'), after?.['engineVersion']),
    fact(what('durability'), after?.['durability']),
    fact(what('replicas'), after?.['replicasPerNodeGroup']),
  ];
}

const parameters = z.array(z.looseObject({ name: z.string(), value: z.string() }));

function parameterFacts({ after, name }: PlannedResource): Fact[] {
  const read = parameters.safeParse(after?.['parameters'] ?? []);
  return (read.data ?? []).map((parameter) => fact(`${name} ${parameter.name}`, parameter.value));
}

const containers = z.array(z.looseObject({ name: z.string(), image: z.string() }));

/** The registries differ with the region; what runs is the digest. */
function taskFacts({ after }: PlannedResource): Fact[] {
  const family = String(after?.['family']);
  const size = [fact(`task ${family} cpu`, after?.['cpu']), fact(`task ${family} memory`, after?.['memory'])];
  return [
    ...size,
    ...containersOf(after).map(({ name, image }) => fact(`image of ${family} ${name}`, digestOf(image))),
  ];
}

function containersOf(after: Properties | null): z.infer<typeof containers> {
  const text = after?.['containerDefinitions'];
  if (typeof text !== 'string' || text === unknownValue) return [];
  try {
    return containers.safeParse(JSON.parse(text)).data ?? [];
  } catch {
    return [];
  }
}

const digestOf = (image: string): string => image.split('@').at(-1) ?? image;

function capacityFact({ after, name }: PlannedResource): Fact {
  return fact(`capacity of ${name} at most`, after?.['maxCapacity']);
}

function scheduleFact({ after }: PlannedResource): Fact {
  return fact(`schedule ${String(after?.['name'])}`, after?.['scheduleExpression']);
}
