import { setTimeout as pause } from 'node:timers/promises';
import { duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';
import { bookAndReadBack, testReference } from './booking';
import { standingContract } from './ground';
import type { Takeover } from './takeover';

/** The services were steady when pulumi ended; what still fails after this long does not heal by waiting. */
const patience = duration('90s');

/** Books a room through the new region's load balancer, before any guest is sent there. */
export async function verify({ ground, journal, signal, view }: Takeover): Promise<string> {
  const deadline = Date.now() + patience.ms;
  let fault = '';
  do {
    const { service } = await standingContract(ground);
    if (service === null) throw notServing('the contract names no service');
    const reference = testReference(journal.record.incident);
    const addresses = await ground.names.addresses(service.loadBalancer);
    const [address] = addresses;
    fault = address === undefined ? `${service.loadBalancer} has no address` : '';
    if (address !== undefined) {
      const wrong = await bookAndReadBack(ground.door, address, reference);
      if (wrong === null) return `${reference} is booked through ${service.loadBalancer}`;
      fault = wrong;
    }
    view.progress(fault);
    await pause(500, undefined, { signal });
  } while (Date.now() < deadline);
  throw notServing(fault);
}

function notServing(fault: string): AgenteError {
  return new AgenteError(
    'smoke-test-failed',
    `no room can be booked in the new region: ${fault}`,
    'No guest has been sent there. Look at the tasks of agente-api, then run the command again.',
  );
}
