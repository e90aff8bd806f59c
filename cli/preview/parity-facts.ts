import { z } from 'zod';
import { databaseDatasets } from '../../recovery/sites';
import { fact, type Fact } from './parity-fact';
import { networkFacts } from './parity-network';
import { taskFacts } from './parity-tasks';
import type { PlannedResource, StackPlan } from './stack-plan';
import { unknownValue } from './unknown';

/** What a site is, by names that both sites share: `database postgres class` -> `db.m7g.large`. */
export type Facts = ReadonlyMap<string, string>;

/** Everything of a site, as it will be, in which it may not differ from the other. */
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
    ...networkFacts(standing),
  ]);
}

/** Storage only grows, and by itself: the one fact of which the site that stands by may have more. */
export const storageSize = (dataset: string): string => `database ${dataset} storage size`;

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
    fact(storageSize(dataset), storageOf(youngest)),
  ];
}

/** A replica says none, and what grew by itself has more than was said. */
function storageOf({ after, outputs }: PlannedResource): unknown {
  const sizes = [after, outputs].map((from) => from?.['allocatedStorage']).filter((size) => typeof size === 'number');
  return sizes.length === 0 ? unknownValue : Math.max(...sizes);
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
  // Extensions are among them: RDS loads those of `shared_preload_libraries`, and the family decides which there are.
  return [
    fact(`${name} family`, after?.['family']),
    ...(read.data ?? []).map((parameter) => fact(`${name} ${parameter.name}`, parameter.value)),
  ];
}

function capacityFact({ after, name }: PlannedResource): Fact {
  return fact(`capacity of ${name} at most`, after?.['maxCapacity']);
}

function scheduleFact({ after }: PlannedResource): Fact {
  return fact(`schedule ${String(after?.['name'])}`, after?.['scheduleExpression']);
}
