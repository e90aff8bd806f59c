import { AgenteError } from '../../recovery/errors';

/** `import` and `.get()` of what is in no region. */
export function foreign(type: string, id: string): AgenteError {
  return new AgenteError(
    'argument-invalid',
    `regions on this machine have nothing that no program made: ${type} ${id}`,
    'declare the resource instead of importing it or looking it up with get()',
  );
}
