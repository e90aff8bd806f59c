import type { DrillPlan } from './drill-plan';
import { duration } from './duration';

/** What is practised, and how often (procedure, "Backup Testing Schedule"). */
export const drills = {
  'backup-verification': { title: 'automated backup verification', tiers: [1, 2], every: duration('1d') },
  'restore-elsewhere': { title: 'restore to non-production', tiers: [1, 2], every: duration('7d') },
  'database-loss': { title: 'full drill of the databases', tiers: [1, 2], every: duration('30d') },
  'region-loss': { title: 'complete drill of all systems', tiers: [1, 2, 3, 4], every: duration('91d') },
  chaos: { title: 'chaos engineering test', tiers: [1], every: duration('30d') },
} as const satisfies Readonly<Record<string, DrillPlan>>;
