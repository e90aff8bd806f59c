import { duration } from './duration';
import { recoveryPath } from './recovery-path';

/** Noticed by an alarm, decided by a person, proven by a booking: the same for everything that guests need. */
const byPeople = { detect: duration('5m'), decide: duration('5m'), verify: duration('5m'), redirect: duration('2m') };

/** Multi-AZ changes over by itself. */
const byItself = recoveryPath({ detect: duration('1m'), restore: duration('2m'), verify: duration('1m') });

/** A store with a standby in the other region, and its history in its own. */
export const replicated = {
  data: recoveryPath({ ...byPeople, restore: duration('25m'), replay: duration('10m') }),
  zone: byItself,
  region: recoveryPath({
    detect: duration('5m'),
    decide: duration('15m'),
    restore: duration('90m'),
    verify: duration('20m'),
    redirect: duration('20m'),
  }),
} as const;

/** A store that is filled again from another one, once that stands: it was noticed and decided there. */
export const fromAnotherStore = {
  data: recoveryPath({ restore: duration('20m'), verify: duration('5m') }),
  zone: byItself,
  region: recoveryPath({ restore: duration('20m'), verify: duration('5m') }),
} as const;

/** A store beside the guests' way: read back from its copies when there is time. */
export const apart = {
  data: recoveryPath({ ...byPeople, restore: duration('30m') }),
  zone: byItself,
  region: recoveryPath({ ...byPeople, restore: duration('30m') }),
} as const;
