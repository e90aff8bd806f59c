/**
 * Something a person must do before the set-up can go on. The shape of every error of agente-dr: a
 * stable code, a lowercase fact, a hint; exit code 2 (see the README's table).
 */
export class SetupError extends Error {
  exitCode = 2;

  constructor(fact, hint, code = 'prerequisite-missing') {
    super(fact);
    this.code = code;
    this.hint = hint;
  }
}

export function textOf(error) {
  return `agente-dr: ${error.code}: ${error.message}\nHINT: ${error.hint}\n`;
}

export function report(error) {
  process.stderr.write(textOf(error));
}
