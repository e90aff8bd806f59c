import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../../recovery/errors';
import type { DrillResult } from '../../recovery/drill-result';
import { duration } from '../../recovery/duration';
import { machineRegions, type Machine } from '../../local/machine';
import { NameServer } from './guest-resolver';
import { referenceOf, type Try } from './ledger';
import { startLoad } from './load';
import { steadyRate } from './meter';
import type { Running } from './running';
import { siteAccess } from './site-access';
import { referencesInDatabase } from './stores';
import { leastBookingsPerSecond } from './verdict';

const steadyBefore = duration('20s');
const patience = duration('60s');
const replicationPatience = duration('5s');
/** The newest bookings may still be on their way. */
const settling = duration('1s');

/**
 * Lets guests book until they have done so steadily for 20 s. A load that is too weak is not the end:
 * the drill goes on, measures, and fails by name.
 *
 * @throws AgenteError `server-failed` when nobody can book.
 */
export async function warmUp(run: Running, machine: Machine): Promise<DrillResult['load']> {
  run.note('waiting until the name leads to the primary region');
  await waitForName(run, machine);
  const load = await startGuests(run, machine);
  run.load = load;
  run.note(`${String(load.guests)} guests book ${String(run.options.load)} times a second`);
  const measure = (): { rate: number; failed: number } =>
    steadyRate(run.observer.tries, Date.now() - settling.ms, steadyBefore.toWholeSeconds());
  await run.watch(steadyBefore.plus(settling).ms, () => false);
  await run.watch(patience.ms, () => {
    const { rate, failed } = measure();
    return rate >= Math.min(leastBookingsPerSecond, run.options.load - 1) && failed === 0;
  });
  const { rate } = measure();
  if (rate > 0) return { clients: load.guests, bookingsPerSecond: rate };
  const why = run.observer.tries.at(-1)?.failure ?? 'nobody tried';
  throw new AgenteError(
    'server-failed',
    `no booking succeeds before the disaster: ${why}`,
    'Bring regions up with agente-dr local up and look at agente-dr local status.',
  );
}

/**
 * A new inverted health check counts as unhealthy until it has seen enough, as in Route 53. Guests who
 * asked meanwhile would keep the other site's address for a whole TTL.
 *
 * @throws AgenteError `server-failed` when the name does not lead to the primary region in time.
 */
async function waitForName(run: Running, machine: Machine): Promise<void> {
  const server = new NameServer(machine.address('global'), machine.file.dnsPort);
  const wanted = machine.address(machineRegions.primary);
  const state = { address: 'nowhere' };
  try {
    const until = Date.now() + patience.ms;
    while (state.address !== wanted && Date.now() < until) {
      state.address = (await server.ask(machine.file.domain))?.address ?? 'nowhere';
      run.options.signal.throwIfAborted();
      if (state.address !== wanted) await pause(200);
    }
  } finally {
    server.close();
  }
  if (state.address === wanted) return;
  throw new AgenteError(
    'server-failed',
    `${machine.file.domain} leads to ${state.address} and not to the primary region ${wanted}`,
    'Look at the health check and the records with agente-dr local status.',
  );
}

function startGuests(run: Running, machine: Machine): ReturnType<typeof startLoad> {
  const { domain, listenerPort, dnsPort } = machine.file;
  const order = {
    drill: run.name,
    ledger: run.files.ledger,
    rate: run.options.load,
    domain,
    port: listenerPort,
    resolver: { address: machine.address('global'), port: dnsPort },
    caFile: machine.authorityFile,
  };
  const accept = (tries: readonly Try[]): void => {
    run.observer.accept(tries);
  };
  return startLoad(order, accept);
}

/**
 * The newest booking of the primary must arrive in the standby database, else the drill would measure
 * a set-up that was broken before the disaster.
 *
 * @throws AgenteError `server-failed` when it does not arrive in 5 s.
 */
export async function confirmReplication(run: Running, machine: Machine): Promise<void> {
  const newest = run.observer.tries.filter((entry) => entry.site === 'primary').at(-1);
  const access = await siteAccess(machine, 'dr');
  const until = Date.now() + replicationPatience.ms;
  while (newest !== undefined) {
    const replayed = await referencesInDatabase(access, run.name);
    if (replayed.has(referenceOf(run.name, newest.sequence))) return;
    if (Date.now() > until) break;
    await pause(200);
  }
  throw new AgenteError(
    'server-failed',
    'the standby database does not receive the bookings',
    'Look at the replication with agente-dr status.',
  );
}
