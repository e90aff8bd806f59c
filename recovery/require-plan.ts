import { AgenteError } from './errors';
import { explainFault, type Fault } from './fault';
import { planRecovery, type RecoveryPlan } from './plan';

/** All faults as every command and the preview show them. */
export function explainFaults(faults: readonly Fault[]): string {
  return faults.map(explainFault).join('\n');
}

/** @throws AgenteError promise-broken with every fault at once. */
export function requirePlan(workload: unknown): RecoveryPlan {
  const planning = planRecovery(workload);
  if (planning.ok) return planning.plan;
  const { faults } = planning;
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  throw new AgenteError(
    'promise-broken',
    `the workload has ${count}:\n${explainFaults(faults)}`,
    'Change recovery/ so that the promise holds; `agente-dr plan` shows the same.',
  );
}
