import { heartbeatRecord, type HeartbeatRecord } from '../../recovery/control';
import { controlKeys } from '../../recovery/sites';
import type { Witnesses } from '../control/witnesses';

/**
 * Tells the witnesses that this site does not write any more. Only over a beat of this site's own
 * epoch or an older one: the beats of the site that took over are worth more.
 */
export async function reportFenced(witnesses: Witnesses, beat: HeartbeatRecord): Promise<void> {
  await Promise.allSettled(
    witnesses.buckets.map(async (bucket) => {
      const reading = await bucket.read(controlKeys.heartbeat, heartbeatRecord);
      if (reading.state === 'unreachable') return;
      if (reading.state === 'absent') {
        await bucket.write(controlKeys.heartbeat, beat, 'absent');
      } else if (reading.value.site === beat.site && reading.value.epoch <= beat.epoch) {
        await bucket.write(controlKeys.heartbeat, beat, { over: reading.etag });
      }
    }),
  );
}
