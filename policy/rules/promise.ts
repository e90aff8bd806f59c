import { dotted } from '../../recovery/fault';
import { observedWorkload } from '../../recovery/observed';
import { planRecovery } from '../../recovery/plan';
import { holdingOf, recoveryTypes, storeTypes } from '../inventory';
import { when, type Rule } from '../rule';
import { stack as stackType } from '../types';

/** The promise itself, held against what the stack really is. */
export const promiseRules: readonly Rule[] = [
  {
    id: 'dr-promise',
    group: 'promise',
    title: 'the worst case of every dataset keeps its objective with the resources as they are',
    scope: 'stack',
    types: [stackType],
    level: 'always',
    unknown: {},
    fix: 'see each line; `agente-dr preview` has the numbers before and after',
    references: ['resilience-hub:policy-breached'],
    check: (_one, { stack }) => {
      // An unknown reads like nothing there, and nothing there keeps no promise.
      const seen = observedWorkload([stack.resources.map(({ type, inputs }) => ({ type, inputs: inputs.fields }))]);
      if (seen === null) return [];
      const planning = planRecovery(seen);
      return planning.ok ? [] : planning.faults.map(({ path, fact, fix }) => `${dotted(path)}: ${fact}; ${fix.text}`);
    },
  },
  {
    id: 'dr-inventory',
    group: 'promise',
    title: 'everything that keeps state is in the inventory: it has a tier, a backup, a drill, an alarm, a runbook',
    scope: 'resource',
    types: storeTypes,
    level: 'always',
    unknown: { tags: 'violation' },
    fix: "tags: { 'agente-dr:dataset': 'postgres' }, or a row in policy/inventory.ts that says why nothing of it must survive",
    references: [],
    check: (one) => when(holdingOf(one).kind === 'unlisted', `it keeps state, and 0 rows of the promise speak of it`),
  },
  {
    id: 'dr-store-protected',
    group: 'promise',
    title: 'Pulumi refuses to delete what keeps state, recovery points or keys',
    scope: 'resource',
    types: [...storeTypes, ...recoveryTypes],
    level: 'always',
    unknown: {},
    fix: '{ protect: true }',
    references: [],
    check: (one) => when(!one.protect, 'a line that is taken out of the program takes it away: it is not protected'),
  },
];
