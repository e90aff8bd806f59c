import type { Fault } from '../fault';
import { tiers, type Tier } from '../tiers';
import type { Check } from './check';

/** Tiers that something belongs to and nobody practises. */
export const drills: Check = (workload, at) => {
  const used = [...Object.values(workload.datasets), ...Object.values(workload.services)].map(({ tier }) => tier);
  const practised = Object.values(workload.drills).flatMap(({ tiers: covered }) => covered);
  return (Object.keys(tiers).map(Number) as Tier[])
    .filter((tier) => used.includes(tier) && !practised.includes(tier))
    .map((tier): Fault => {
      const path = at('drills', `tier-${tier}`);
      return {
        code: 'drill-missing',
        path,
        fact: `nobody practises the recovery of tier ${tier} (${tiers[tier].name})`,
        is: 'nothing',
        must: 'a drill',
        fix: {
          text: `practise it every 91 d: add ${path.join('.')}`,
          changes: [{ path, value: { title: `recovery of tier ${tier}`, tiers: [tier], every: '91d' } }],
        },
      };
    });
};
