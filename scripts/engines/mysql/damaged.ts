import { AgenteError } from '../../../recovery/errors';

/** @param what the damaged thing by name. */
export function damaged(what: string, fact: string): AgenteError {
  return new AgenteError(
    'restore-damaged',
    `${what}: ${fact}`,
    'Restore from another recovery point: agente-dr catalog list.',
  );
}
