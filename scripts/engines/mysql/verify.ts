import * as fs from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AgenteError } from '../../../recovery/errors';
import { pointRetention } from '../../../recovery/point-retention';
import { damagesOf, openSealed } from '../../archive/sealed';
import type { Manifest } from '../../catalogue/manifest';
import type { Damage, Work } from '../engine';
import { BinlogBroken } from './binlog-file';
import { endOf, historyOf, logsBehind, startOf } from './log-history';
import { scanLog } from './log-scan';
import { compare, textOf } from './position';

/** Stored bytes, the events of the log one by one, and gaps before or behind. */
export async function verifyPoint(point: Manifest, work: Work): Promise<Damage[]> {
  const found = await damagesOf(work, point);
  if (point.kind !== 'log') {
    const { gap, next } = await logsBehind(point, work);
    if (gap === null || (await isExplained(next, work))) return found;
    return [...found, { what: 'binary log', fact: gap.message }];
  }
  if (found.length === 0 && work.encryption.canOpen) found.push(...(await eventDamage(point, work)));
  return [...found, ...(await gapBefore(point, work))];
}

/**
 * Nothing is lost where the first piece after the gap is the first of all and began at a later copy; nor where the
 * pieces before it have expired, which go long before full copies do: it is as old as they may have been.
 */
async function isExplained(next: Manifest | null, work: Work): Promise<boolean> {
  const { points } = await work.catalogue.list();
  const copy = points.find(({ id, kind }) => id === next?.parent && kind === 'full');
  if (next === null || copy === undefined) return false;
  const { from } = next.restorable;
  return from === copy.restorable.to || work.now().getTime() - Date.parse(from) > pointRetention.mysql.log.ms;
}

async function eventDamage(point: Manifest, work: Work): Promise<Damage[]> {
  const found: Damage[] = [];
  for (const file of point.files) {
    const name = path.join(work.folder, `verify-${path.basename(file.path)}`);
    try {
      await pipeline(openSealed(work, point, file), fs.createWriteStream(name, { mode: 0o600 }));
      await scanLog(name);
    } catch (error) {
      if (error instanceof BinlogBroken || (error instanceof AgenteError && error.code === 'restore-damaged')) {
        found.push({ what: file.path, fact: error.message });
      } else throw error;
    } finally {
      fs.rmSync(name, { force: true });
    }
  }
  return found;
}

async function gapBefore(log: Manifest, work: Work): Promise<Damage[]> {
  const { points } = await work.catalogue.list();
  const joins = points.some(
    (point) =>
      point.id !== log.id &&
      point.lineage === log.lineage &&
      historyOf(point) === historyOf(log) &&
      point.positions['end'] !== undefined &&
      compare(endOf(point), startOf(log)) >= 0 &&
      (point.kind === 'full' || compare(startOf(point), startOf(log)) < 0 || compare(endOf(point), startOf(log)) === 0),
  );
  return joins
    ? []
    : [{ what: `binary log before ${textOf(startOf(log))}`, fact: `no point ends where ${log.id} begins` }];
}
