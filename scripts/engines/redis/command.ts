import { AgenteError } from '../../../recovery/errors';

/** The words of a command as a person types it: blanks part them, quotes keep them together. */
export function commandWords(text: string): string[] {
  const words = [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']+)/g)].map(
    ([, double, single, plain]) => double?.replace(/\\(.)/g, '$1') ?? single ?? plain ?? '',
  );
  if (words.length > 0) return words;
  throw new AgenteError('argument-invalid', 'the query is empty', 'Write a command of Redis: GET session:1.');
}

/** The answer as rows: a list has one for each of its values, anything else is one. */
export function rowsOf(answer: unknown): Record<string, unknown>[] {
  return Array.isArray(answer) ? answer.map((value: unknown) => ({ value })) : [{ value: answer }];
}
