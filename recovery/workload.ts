import type { Dataset, Service } from './dataset';
import { datasets } from './datasets';
import { drills } from './drills';
import { jobs } from './jobs';
import { procedures } from './procedures';
import { applicationFailure } from './scenarios/application-failure';
import { databaseLoss } from './scenarios/database-loss';
import { regionLossScenario } from './scenarios/region-loss';
import { alarms } from './thresholds';
import type { WrittenWorkload } from './written-workload';

export interface Workload extends WrittenWorkload {
  readonly datasets: Readonly<Record<string, Dataset>>;
  readonly services: Readonly<Record<string, Service>>;
}

/** The table people edit: what the hotel runs on, and how each part is protected. */
export const workload = {
  datasets,
  services: {
    'agente-api': { tier: 1, needs: ['postgres', 'redis', 'secrets', 'configuration'] },
    'core-logic': { tier: 1, needs: ['postgres', 'configuration'] },
    pms: { tier: 2, needs: ['pms', 'secrets'] },
    // Conversations and what is still to be sent are rows of PostgreSQL: it keeps nothing itself.
    whatsapp: { tier: 2, needs: ['postgres', 'secrets'] },
    prometheus: { tier: 3, needs: ['prometheus'] },
    grafana: { tier: 3, needs: ['grafana'] },
    alertmanager: { tier: 3, needs: ['alertmanager'] },
    'backup-systems': { tier: 3, needs: ['vault', 'secrets'] },
    development: { tier: 4, needs: ['configuration'] },
    testing: { tier: 4, needs: ['configuration'] },
    documentation: { tier: 4, needs: ['configuration'] },
  },
  jobs,
  runbooks: {
    'database-loss': databaseLoss,
    'application-failure': applicationFailure,
    'region-loss': regionLossScenario,
  },
  procedures,
  alarms,
  drills,
} as const satisfies Workload;
