const step = (id: string, title: string, part: string, minutes: number) => ({ id, title, part, budget: `${minutes}m` });

/** The three scenarios of the procedure, section "Recovery Procedures", with the minutes that it writes. */
export const seedRunbooks = {
  // Targets "1 hour" and "15 minutes"; "Total Time: ~60 minutes", "Data Loss: Up to 15 minutes".
  'scenario-1': {
    title: 'Complete Database Loss',
    disruption: 'data',
    objective: { rto: '1h', rpo: '15m' },
    steps: [
      step('assess', 'Assess Damage', 'decide', 5),
      step('prepare', 'Prepare Recovery Environment', 'prepare', 10),
      step('restore', 'Restore Latest Backup', 'restore', 20),
      step('replay', 'Apply WAL Archives (Point-in-Time Recovery)', 'replay', 15),
      step('validate', 'Validate Recovery', 'verify', 10),
      step('restart', 'Restart Application', 'redirect', 5),
    ],
    loss: '15m',
  },
  // Targets "1 hour" and "0"; "Total Time: ~65 minutes".
  'scenario-2': {
    title: 'Complete Application Failure',
    disruption: 'application',
    objective: { rto: '1h', rpo: '0s' },
    steps: [
      step('assess', 'Assess Situation', 'decide', 5),
      step('fix', 'Quick Fix Attempts', 'restore', 10),
      step('rollback', 'Rollback to Previous Version', 'restore', 20),
      step('recover', 'Full Recovery', 'restore', 25),
      step('validate', 'Validate', 'verify', 5),
    ],
    loss: '0s',
  },
  // Targets "4 hours" and "15 minutes"; "Total Time: ~240 minutes", "Data Loss: ~15-30 minutes". Its first step
  // switches DNS.
  'scenario-3': {
    title: 'Infrastructure Failure (Complete Data Center Loss)',
    disruption: 'region',
    objective: { rto: '4h', rpo: '15m' },
    steps: [
      step('activate', 'Activate Disaster Recovery Plan: notify, switch DNS', 'redirect', 15),
      step('deploy', 'Deploy Infrastructure in DR Region', 'prepare', 60),
      step('database', 'Restore Database', 'restore', 90),
      step('application', 'Deploy Application', 'restore', 45),
      step('validate', 'Validate & Switch Traffic', 'verify', 30),
    ],
    loss: '30m',
  },
};
