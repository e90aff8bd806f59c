import { dotted, type Fault, type Path } from '../fault';
import { backupOf } from '../protection';
import type { Check } from './check';
import { set } from './check';
import { strongProtection } from './strong';

/** What has a tier and nothing that keeps it, and copies that would copy the damage too. */
export const protections: Check = (workload, at) => [
  ...Object.entries(workload.datasets).flatMap(([name, dataset]): Fault[] => {
    const path = [...at('datasets', name), 'protection'];
    const { protection, tier } = dataset;
    if (protection === null) {
      const replace = {
        text: `give it a standby and a history: write ${dotted(path)}`,
        value: strongProtection(dataset),
      };
      return [missing(path, `it is of tier ${tier}, and nothing protects it`, replace)];
    }
    return backupOf(protection) === null ? [alone([...path, 'with'], protection.kind)] : [];
  }),
  ...Object.entries(workload.services).flatMap(([name, { tier, needs }]) => {
    const path = [...at('services', name), 'needs'];
    const fact = `it is of tier ${tier}, and nobody says what it keeps nor where`;
    const none = { text: `name its datasets in ${dotted(path)}; [] says that it keeps nothing`, value: [] };
    return needs === null ? [missing(path, fact, none)] : [];
  }),
];

function missing(path: Path, fact: string, fix: { text: string; value: Parameters<typeof set>[1] }): Fault {
  return {
    code: 'protection-missing',
    path,
    fact,
    is: 'nothing',
    must: 'a protection',
    fix: { text: fix.text, changes: [{ path, value: fix.value }] },
  };
}

function alone(path: Path, kind: string): Fault {
  return {
    code: 'backup-missing',
    path,
    fact: `a ${kind === 'replica' ? 'replica has the damage as soon as it is done' : 'rebuilt store has what its source has'}, and no backup stands behind it`,
    is: 'nothing',
    must: 'a snapshot, a continuous backup or versions',
    fix: set(path, {
      kind: 'snapshot',
      mechanism: 'logical-dump',
      taken: { every: '15m' },
      keep: '35d',
      offSite: { by: 'replication', delay: '15m', keep: '90d' },
    }),
  };
}
