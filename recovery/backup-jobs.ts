import type { BackupJob } from './backup-job';
import { jobs } from './jobs';

/** Every job with its name. */
export const backupJobs: readonly BackupJob[] = Object.entries(jobs).map(([id, job]) => ({ id, ...job }));
