import { AgenteError } from '../../recovery/errors';
import type { Manifest } from '../catalogue/manifest';
import type { RestoreTarget } from '../engines/engine';
import type { Opened } from '../tasks/site';

export interface Chosen {
  readonly point: Manifest;
  readonly target: RestoreTarget;
}

/**
 * What to try, most needed first: the newest point as it is, a random moment between the oldest and the
 * newest that can be restored to, then points that nobody has tried, newest first.
 * @throws AgenteError recovery-point-missing when there is nothing to try.
 */
export async function choosePoints({ work, dataset }: Opened, random: () => number = Math.random): Promise<Chosen[]> {
  const { points, unreadable } = await work.catalogue.list();
  const [damaged] = unreadable;
  if (damaged !== undefined) {
    throw new AgenteError(
      'manifest-invalid',
      `${damaged.key}: ${damaged.fact}`,
      'Find out who changed it: agente-dr catalog verify.',
    );
  }
  const whole = points.filter(({ kind }) => kind !== 'log');
  const newest = whole.at(-1);
  if (newest === undefined) {
    throw new AgenteError('recovery-point-missing', `${dataset} has no recovery point`, 'Take one: agente-dr backup.');
  }
  const tried = await work.catalogue.validated();
  const untried = whole.filter((point) => point !== newest && !tried.has(point.id)).toReversed();
  const interior = momentWithin(points, random);
  return [
    { point: newest, target: { to: 'point' } },
    ...(interior === null ? [] : [interior]),
    ...untried.map((point): Chosen => ({ point, target: { to: 'point' } })),
  ];
}

/** A random instant that only a replay can reach; null where there is no log to replay. */
function momentWithin(points: readonly Manifest[], random: () => number): Chosen | null {
  const spans = points.filter(({ kind, restorable }) => kind !== 'log' && restorable.from < restorable.to);
  const point = spans[Math.floor(random() * spans.length)];
  if (point === undefined) return null;
  const from = Date.parse(point.restorable.from) + 1_000;
  // What was written before it began is in the log for certain.
  const to = Date.parse(point.startedAt);
  return to <= from ? null : { point, target: { to: 'time', time: new Date(from + random() * (to - from)) } };
}
