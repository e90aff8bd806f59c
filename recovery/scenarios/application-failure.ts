import { duration } from '../duration';
import type { Runbook } from '../runbook';
import { objectiveFor } from '../objective';

/**
 * The application fails, its database is well (procedure, scenario 2). The version before stands already, so
 * going back to it comes first and a rebuild last; no step waits for one that was tried in vain.
 */
export const applicationFailure = {
  title: 'The application fails',
  disruption: 'application',
  objective: objectiveFor(1, 'application'),
  steps: [
    { id: 'detect', title: 'Notice that the health check fails', part: 'detect', budget: duration('3m') },
    { id: 'assess', title: 'See that the database is well', part: 'decide', budget: duration('2m') },
    { id: 'restart', title: 'Start new tasks of the same version', part: 'restore', budget: duration('5m') },
    { id: 'previous', title: 'Switch back to the version before', part: 'restore', budget: duration('10m') },
    { id: 'redeploy', title: 'Deploy the last tagged version from Git', part: 'restore', budget: duration('25m') },
    { id: 'validate', title: 'Ask for rooms, and book one', part: 'verify', budget: duration('5m') },
    { id: 'redirect', title: 'Let the load balancer send all guests', part: 'redirect', budget: duration('2m') },
  ],
  loss: null,
} as const satisfies Runbook;
