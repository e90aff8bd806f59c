/** Exit codes of the README's table that a set-up can end in. */
const exitCodes = {
  'prerequisite-missing': 2,
  'permission-denied': 3,
  'disk-full': 4,
  'setup-failed': 4,
};

/**
 * Something a person must do before the set-up can go on. The shape of every error of agente-dr: a
 * stable code, a lowercase fact, a hint.
 */
export class SetupError extends Error {
  constructor(fact, hint, code = 'prerequisite-missing') {
    super(fact);
    this.code = code;
    this.hint = hint;
  }

  get exitCode() {
    return exitCodes[this.code];
  }
}

export function textOf(error) {
  return `agente-dr: ${error.code}: ${error.message}\nHINT: ${error.hint}\n`;
}

const elsewhere = 'Point AGENTE_DR_CACHE at a folder of yours with 2 GB to spare.';

/** What a person can do something about; undefined for everything that is a bug. */
export function asSetupError(error) {
  if (error instanceof SetupError) return error;
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(error.code)) {
    return new SetupError(`cannot write ${error.path}`, elsewhere, 'permission-denied');
  }
  if (error.code === 'ENOSPC') return new SetupError(`the disk of ${error.path} is full`, elsewhere, 'disk-full');
  return undefined;
}
