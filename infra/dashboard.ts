import type * as aws from '@pulumi/aws';
import type { AlarmPlan } from '../components/recovery-alarms';
import { RecoveryDashboard, type RecoveryDashboardArgs } from '../components/recovery-dashboard';
import type { AlarmThreshold } from '../recovery/alarm';
import type { Disruption } from '../recovery/disruption';
import { objectiveFor } from '../recovery/objective';
import { workload, type Workload } from '../recovery/workload';
import type { SiteConfig } from './config';

/** An alarm of the promise, on a figure whose name is known before anything stands. */
export type FigureAlarm = Omit<AlarmPlan, 'dimensions'> &
  Pick<AlarmThreshold, 'dataset' | 'metric'> & { readonly dimensions: Readonly<Record<string, string>> };

const datasets: Workload['datasets'] = workload.datasets;

/** What a figure eats of an objective when it grows. A size eats none, nor does a trial that is late. */
const eats: Readonly<Partial<Record<FigureAlarm['metric'], Disruption>>> = {
  'backup-age': 'data',
  'durability-lag': 'zone',
  'replica-lag': 'region',
  'replication-latency': 'region',
};

/** The page of a site: a panel for every alarm, from the alarms themselves, so that none can be forgotten. */
export function putUpDashboard(
  { site, region, accountId }: SiteConfig,
  figures: readonly FigureAlarm[],
  others: readonly AlarmPlan[],
  provider: aws.Provider,
): void {
  new RecoveryDashboard(
    'dashboard',
    {
      dashboardName: `agente-dr-${site}`,
      region,
      accountId,
      alarms: ['agente-dr-not-ready', ...[...figures, ...others].map(nameOf)],
      panels: [
        ...figures.map(panelOf),
        ...others.map((plan) => ({ title: plan.description, alarm: nameOf(plan), figure: null, lines: [] })),
      ],
    },
    { provider },
  );
}

const nameOf = ({ id }: AlarmPlan): string => `agente-dr-${id}`;

function panelOf(plan: FigureAlarm): RecoveryDashboardArgs['panels'][number] {
  const { namespace, metricName, dimensions, statistic, period, threshold, dataset, metric } = plan;
  const disruption = eats[metric];
  const tier = datasets[dataset]?.tier ?? 1;
  const objective =
    disruption === undefined
      ? []
      : [{ label: 'objective', value: objectiveFor(tier, disruption).rpo.toWholeSeconds() }];
  return {
    title: `${dataset}: ${metricName}`,
    alarm: nameOf(plan),
    figure: { namespace, metricName, dimensions, statistic, period: period.toWholeSeconds() },
    lines: [{ label: 'alarm', value: threshold }, ...objective],
  };
}
