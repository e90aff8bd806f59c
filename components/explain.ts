import type { AgenteError } from '../recovery/errors';

/** An error for people in one text: Pulumi shows the message of an error, and nothing else of it. */
export function explain(error: AgenteError): string {
  return `${error.code}: ${error.message}\nHINT: ${error.hint}`;
}
