import { duration } from './duration';

/** How often the keeper of the active site writes a heartbeat, and that of a standby reports what it has replayed. */
export const heartbeatInterval = duration('5s');

/** How long an orchestrator may act without renewing its lease in the journal. */
export const journalLease = duration('15s');

/** Failover DNS: Route 53 answers alias records with 60 s, checks every 10 s and believes the third answer. */
export const failoverDns = {
  ttl: duration('60s'),
  checkInterval: duration('10s'),
  failureThreshold: 3,
} as const;

/** How often the keeper says how old the newest artefacts are: once in each period of their alarms. */
export const ageInterval = duration('1m');
