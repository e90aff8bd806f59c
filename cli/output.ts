import { AgenteError, exitCodes } from '../recovery/errors';

/** Colour only on a terminal, and never where NO_COLOR is set. */
export function colours(stream: NodeJS.WriteStream = process.stderr): boolean {
  return stream.isTTY && (process.env['NO_COLOR'] ?? '') === '';
}

const codes = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 } as const;

/** Marks a text for the terminal; the text as it is where there is none. */
export function paint(text: string, colour: keyof typeof codes, stream: NodeJS.WriteStream = process.stderr): string {
  return colours(stream) ? `\u001b[${String(codes[colour])}m${text}\u001b[0m` : text;
}

/** People read stderr; stdout is for machines. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/**
 * The one place that prints an error. @returns the exit code it ends in.
 */
export function printError(error: unknown, json: boolean): number {
  if (!(error instanceof AgenteError)) {
    say(`${paint('bug:', 'red')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    if (json) process.stdout.write(`${JSON.stringify({ error: { code: 'bug', fact: String(error) } })}\n`);
    return exitCodes.bug;
  }
  say(`${paint(`error[${error.code}]:`, 'red')} ${error.message}\nHINT: ${error.hint}`);
  const { code, message: fact, hint, exitCode } = error;
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, fact, hint, exitCode } })}\n`);
  return error.exitCode;
}
