import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../../recovery/errors';
import { regionLossStep } from '../../recovery/scenarios/region-loss';
import { bookAndReadBack, testReference } from './booking';
import type { Takeover } from './takeover';

/** Waits until the public name leads here, and books a room through it. */
export async function confirm(takeover: Takeover): Promise<string> {
  const { ground, contract, signal, view } = takeover;
  const { domain } = ground.config;
  const deadline = Date.now() + regionLossStep('confirm').budget.ms;
  const balancer = contract.service?.loadBalancer ?? '';
  let fault = '';
  while (Date.now() < deadline) {
    const [here, answered] = await Promise.all([ground.names.addresses(balancer), ground.names.addresses(domain)]);
    const address = answered.find((one) => here.includes(one));
    fault = `${domain} answers ${answered.join(', ') || 'nothing'}, the new region is ${here.join(', ') || 'unknown'}`;
    if (address !== undefined) {
      const wrong = await bookAndReadBack(ground.door, address, testReference(takeover.journal.record.incident));
      if (wrong === null) return `${domain} leads to ${address}, and a room is booked through it`;
      fault = `${domain} leads to ${address}: ${wrong}`;
    }
    view.progress(fault);
    await pause(1_000, undefined, { signal });
  }
  throw new AgenteError(
    'timed-out',
    `guests do not arrive: ${fault}`,
    'Look at the health check of the PRIMARY record, then run the command again.',
  );
}
