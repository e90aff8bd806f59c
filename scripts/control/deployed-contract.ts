import { z } from 'zod';
import { parseContract, type Contract } from '../../recovery/contract';
import { AgenteError } from '../../recovery/errors';
import { controlKeys } from '../../recovery/sites';
import type { ControlBucket } from './control-bucket';

/**
 * The contract of a stack, from its region's control bucket.
 * @throws AgenteError stack-not-deployed, contract-invalid or store-unreachable.
 */
export async function deployedContract(own: ControlBucket, stack: string): Promise<Contract> {
  const reading = await own.read(controlKeys.contract, z.unknown());
  const { bucket } = own.witness;
  const deploy = `Deploy it with \`pulumi up --stack ${stack}\`.`;
  if (reading.state === 'value') return parseContract(reading.value, bucket);
  if (reading.state === 'absent' || reading.reason.startsWith('NoSuchBucket')) {
    throw new AgenteError('stack-not-deployed', `stack ${stack} has no contract in ${bucket}`, deploy);
  }
  if (/^SyntaxError/.test(reading.reason)) {
    throw new AgenteError('contract-invalid', `the contract in ${bucket} is no JSON: ${reading.reason}`, deploy);
  }
  throw new AgenteError(
    'store-unreachable',
    `cannot read the contract in ${bucket}: ${reading.reason}`,
    'Check the credentials and the way to that region.',
  );
}
