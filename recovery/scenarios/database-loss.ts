import { duration } from '../duration';
import type { Runbook } from '../runbook';
import { tiers } from '../tiers';

/**
 * The database is lost or damaged (procedure, scenario 1). The restored one is made beside the damaged one,
 * so nothing is taken away first, and its log is replayed in the same run.
 */
export const databaseLoss = {
  title: 'The database is lost or damaged',
  disruption: 'data',
  objective: { rto: tiers[1].rto, rpo: tiers[1].rpo },
  steps: [
    { id: 'detect', title: 'Notice that bookings fail or rows are wrong', part: 'detect', budget: duration('5m') },
    { id: 'assess', title: 'Find the last good moment', part: 'decide', budget: duration('5m') },
    { id: 'restore', title: 'Restore into a new instance', part: 'restore', budget: duration('25m') },
    { id: 'replay', title: 'Replay the log up to the last good moment', part: 'replay', budget: duration('10m') },
    { id: 'validate', title: 'Compare with the manifest, and book a room', part: 'verify', budget: duration('5m') },
    { id: 'redirect', title: 'Point the application at the new instance', part: 'redirect', budget: duration('2m') },
    { id: 'protect', title: 'Prove a recovery point of the new instance', part: 'protect', budget: duration('30m') },
  ],
  loss: null,
} as const satisfies Runbook;
