import { observedWorkload as observed } from '../../recovery/observed';
import type { WrittenWorkload } from '../../recovery/written-workload';
import type { StackPlan } from './stack-plan';

/** Which end of a plan is looked at. */
export type Moment = 'before' | 'after';

/**
 * The workload as the resources of some plans keep it at one end of them.
 * @returns null when nothing of it stands at that moment.
 */
export function observedWorkload(plans: readonly StackPlan[], moment: Moment): WrittenWorkload | null {
  return observed(
    plans.map(({ resources }) =>
      resources.flatMap(({ type, before, after }) => {
        const inputs = moment === 'before' ? before : after;
        return inputs === null ? [] : [{ type, inputs }];
      }),
    ),
  );
}
