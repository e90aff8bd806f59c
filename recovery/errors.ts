/**
 * Exit codes of every command. 0-9 and 255 mean what Pulumi's own CLI means by them
 * (pkg/cmd/pulumi/cmd/exit_codes.go), so that one table serves both in a pipeline.
 */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  permission: 3,
  resource: 4,
  promiseBroken: 5,
  notDeployed: 6,
  nothingToDo: 7,
  cancelled: 8,
  timeout: 9,
  refused: 10,
  bug: 255,
} as const;

type ExitName = keyof typeof exitCodes;

/** Every error code that a user can meet, with the exit code it ends in. */
const errorTable = {
  'argument-invalid': 'usage',
  'config-invalid': 'usage',
  'prerequisite-missing': 'usage',
  'permission-denied': 'permission',
  'disk-full': 'resource',
  'server-failed': 'resource',
  'engine-failed': 'resource',
  'store-unreachable': 'resource',
  'plan-unreadable': 'resource',
  'promise-broken': 'promiseBroken',
  'stack-not-deployed': 'notDeployed',
  'contract-invalid': 'notDeployed',
  'machine-not-running': 'notDeployed',
  'machine-running': 'refused',
  cancelled: 'cancelled',
  'timed-out': 'timeout',
  'primary-answers': 'refused',
  'loss-above-objective': 'refused',
  'loss-unmeasured': 'refused',
  'cause-is-corruption': 'refused',
  'failover-running': 'refused',
  'epoch-moved': 'refused',
  'lease-lost': 'refused',
  'role-ratchet': 'refused',
  'generation-served': 'refused',
  'already-active': 'nothingToDo',
  'smoke-test-failed': 'failed',
  'recovery-point-unverified': 'failed',
  'tool-failed': 'failed',
  'vault-object-missing': 'resource',
  'vault-object-exists': 'refused',
  'vault-denied': 'permission',
  'clock-skew': 'refused',
  'manifest-invalid': 'failed',
  'backup-damaged': 'failed',
  'backup-running': 'refused',
  'backup-stale': 'failed',
  'backup-shrunk': 'refused',
  'source-damaged': 'failed',
  'log-gap': 'failed',
  'lineage-owned': 'refused',
  'lineage-stale': 'refused',
  'key-missing': 'usage',
  'key-wrong': 'failed',
  'restore-damaged': 'failed',
  'restore-target-unreachable': 'usage',
  'restore-unconfirmed': 'refused',
  'recovery-point-missing': 'usage',
  'target-running': 'refused',
  'target-wrong': 'refused',
  'version-mismatch': 'refused',
  'validation-failed': 'failed',
  'audit-broken': 'failed',
  'notification-failed': 'failed',
} as const satisfies Record<string, ExitName>;

export type ErrorCode = keyof typeof errorTable;

export const errorCodes = Object.keys(errorTable) as readonly ErrorCode[];

/**
 * An error that a person can act on: a stable code, one lowercase fact that says what and where, and
 * a hint that says what to do next. Anything else that is thrown is a bug and ends in 255.
 */
export class AgenteError extends Error {
  override readonly name = 'AgenteError';

  constructor(
    readonly code: ErrorCode,
    fact: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(fact, options);
  }

  get exitCode(): number {
    return exitCodes[errorTable[this.code]];
  }
}
