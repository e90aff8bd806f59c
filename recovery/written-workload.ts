import type { AlarmThreshold } from './alarm';
import type { BackupJob } from './backup-job';
import type { WrittenDataset, WrittenService } from './dataset';
import type { DrillPlan } from './drill-plan';
import type { Procedure } from './procedure';
import type { Runbook } from './runbook';

type Named<Row> = Readonly<Record<string, Row>>;

/** A whole table, from here or from elsewhere: everything that can be held against the promise. */
export interface WrittenWorkload {
  readonly datasets: Named<WrittenDataset>;
  readonly services: Named<WrittenService>;
  readonly jobs: Named<Omit<BackupJob, 'id'>>;
  readonly runbooks: Named<Runbook>;
  readonly procedures: Named<Procedure>;
  readonly alarms: Named<Omit<AlarmThreshold, 'id'>>;
  readonly drills: Named<DrillPlan>;
}
