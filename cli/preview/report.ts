import { disruptions, type Disruption } from '../../recovery/disruption';
import { inWords } from '../../recovery/duration-words';
import { dotted, type Fault } from '../../recovery/fault';
import { planRecovery, type RecoveryPlan } from '../../recovery/plan';
import type { Loss } from '../../recovery/worst-case-loss';
import { changesOf } from './classify';
import { effects, type Effect } from './effect';
import { observedWorkload } from './observe';
import type { Change, ParityFinding, PreviewReport, Prospect, Worst } from './report-schema';
import type { Operation, StackPlan } from './stack-plan';

/** Everything that a change does to recovery, from the plans of the stacks that were previewed. */
export function reportOf(plans: readonly StackPlan[], parity: readonly ParityFinding[]): PreviewReport {
  const [before, after] = (['before', 'after'] as const).map((moment) => {
    const seen = observedWorkload(plans, moment);
    return seen === null ? null : planRecovery(seen);
  });
  const faults = after?.ok === false ? after.faults.map(faultText) : [];
  const broken = faults.length > 0 || parity.length > 0;
  return {
    version: 1,
    stacks: plans.map((plan) => ({ stack: plan.stack, counts: countsOf(plan) })),
    changes: plans.flatMap(byName).sort((a, b) => effects.indexOf(a.effect) - effects.indexOf(b.effect)),
    prospects: prospectsOf(before?.plan ?? null, after?.plan ?? null),
    faults,
    parity: [...parity],
    verdict: broken ? 'broken' : 'kept',
  };
}

/** The engine plans side by side, in another order each time; the same change reads the same. */
const byName = (plan: StackPlan): Change[] => changesOf(plan).sort((a, b) => a.name.localeCompare(b.name, 'en'));

export const changesWith = ({ changes }: PreviewReport, effect: Effect): Change[] =>
  changes.filter((change) => change.effect === effect);

/** Stores whose worst case moves, or breaks. */
export const moved = ({ prospects }: PreviewReport): Prospect[] =>
  prospects.filter(({ before, after, broken }) => broken || JSON.stringify(before) !== JSON.stringify(after));

function countsOf({ resources }: StackPlan): Readonly<Record<Operation, number>> {
  const count = (operation: Operation) => resources.filter((resource) => resource.operation === operation).length;
  return {
    same: count('same'),
    create: count('create'),
    update: count('update'),
    replace: count('replace'),
    delete: count('delete'),
  };
}

const faultText = ({ code, path, fact, fix }: Fault): PreviewReport['faults'][number] => ({
  code,
  path: dotted(path),
  fact,
  fix: fix.text,
});

function prospectsOf(before: RecoveryPlan | null, after: RecoveryPlan | null): Prospect[] {
  const known = after ?? before;
  return Object.entries(known?.datasets ?? {}).flatMap(([dataset, { tier, prospects }]) =>
    disruptions.map((disruption) => {
      const { objective } = prospects[disruption];
      const then = after?.datasets[dataset]?.prospects[disruption];
      return {
        dataset,
        tier,
        disruption,
        promise: { loss: inWords(objective.rpo), recovery: inWords(objective.rto) },
        before: worstOf(before?.datasets[dataset]?.prospects[disruption]),
        after: worstOf(then),
        broken:
          then !== undefined &&
          (then.loss === 'everything' ||
            then.loss.isLongerThan(objective.rpo) ||
            (then.recovery?.isLongerThan(objective.rto) ?? true)),
      };
    }),
  );
}

function worstOf(prospect: RecoveryPlan['datasets'][string]['prospects'][Disruption] | undefined): Worst | null {
  if (prospect === undefined) return null;
  return {
    loss: lossText(prospect.loss),
    recovery: prospect.recovery === null ? 'nobody knows' : inWords(prospect.recovery),
  };
}

const lossText = (loss: Loss): string => (loss === 'everything' ? loss : inWords(loss));
