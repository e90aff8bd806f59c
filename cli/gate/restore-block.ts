import type { Resource } from '../../policy/resource';
import { isGeneration } from '../../policy/rules/rds-standing';
import { rds } from '../../policy/types';
import { Duration, duration } from '../../recovery/duration';
import { inWords } from '../../recovery/duration-words';
import type { PlannedResource } from '../preview/stack-plan';
import { gateFinding, type GateFinding } from './finding';
import type { PlannedStack } from './planned-stack';

const databases: readonly string[] = [rds.instance, rds.cluster];

/** A drill is of a day. */
const drillWindow = duration('24h');

/**
 * A block `restoreToPointInTime` that goes too soon or stays too long (hashicorp/terraform-provider-aws#34522). What
 * `ignoreChanges` holds back does not go: the engine plans with the block that there was.
 */
export function restoreBlocks({ plan, after, madeAt }: PlannedStack, now: Date): GateFinding[] {
  return [
    ...plan.resources.filter(({ type }) => databases.includes(type)).flatMap(takenAway),
    ...after.ofType(...databases).flatMap((one) => leftBehind(one, madeAt.get(one.urn), now)),
  ];
}

function takenAway({ urn, before, after, operation }: PlannedResource): GateFinding[] {
  // What is deleted has a rule of its own, which asks for more.
  if (operation === 'delete' || after === null) return [];
  if ((before?.['restoreToPointInTime'] ?? null) === null || (after['restoreToPointInTime'] ?? null) !== null)
    return [];
  return [
    gateFinding(
      'dr-gate-restore-block',
      urn,
      'restoreToPointInTime is taken away, which replaces the database by an empty one',
      "leave the block for the life of the instance, or ignoreChanges: ['restoreToPointInTime']",
    ),
  ];
}

/** What was restored to be looked at, and not to be served from. */
function leftBehind(one: Resource, made: Date | undefined, now: Date): GateFinding[] {
  if (made === undefined || !one.inputs.said('restoreToPointInTime')) return [];
  // A name that changes is known only after the update; the pack says so of it.
  if (['identifier', 'clusterIdentifier'].some((name) => one.inputs.isUnknown(name)) || isGeneration(one)) return [];
  const age = Duration.ofMs(Math.max(0, now.getTime() - made.getTime()));
  if (!age.isLongerThan(drillWindow)) return [];
  return [
    gateFinding(
      'dr-gate-restore-block',
      one.urn,
      `it was restored ${Math.floor(age.ms / 3_600_000)} h ago and is no generation: a drill is over after ${inWords(drillWindow)}, and who serves from what it left takes it for the database`,
      'take the copy away, or make it the next generation: databaseIdentifier(dataset, generation)',
    ),
  ];
}
