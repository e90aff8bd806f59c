import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../../recovery/errors';
import { regionLossStep } from '../../recovery/scenarios/region-loss';
import { recoveryPointsOf } from './recovery-points';
import type { Takeover } from './takeover';

/** Waits until every database could be restored to an instant after its promotion. */
export async function protect(takeover: Takeover): Promise<string> {
  const promotedAt = takeover.journal.record.steps.find((step) => step.id === 'promote')?.endedAt;
  if (promotedAt === null || promotedAt === undefined) throw new Error('the promotion has not ended');
  const identifiers = takeover.contract.databases.map(({ identifier }) => identifier);
  const told = await Promise.all(
    identifiers.map((identifier) => pointAfter(takeover, identifier, new Date(promotedAt))),
  );
  return told.join('; ');
}

async function pointAfter(takeover: Takeover, identifier: string, promotedAt: Date): Promise<string> {
  const { ground, signal, view } = takeover;
  const points = recoveryPointsOf(ground.project, ground.config.region);
  const deadline = Date.now() + regionLossStep('protect').budget.ms;
  let fault = '';
  while (Date.now() < deadline) {
    try {
      const latest = await points.latestRestorable(identifier);
      if (latest !== null && latest > promotedAt) return `${identifier} is restorable to ${latest.toISOString()}`;
      fault = latest === null ? 'no recovery point yet' : `restorable to ${latest.toISOString()}`;
    } catch (error) {
      throw unverified(identifier, promotedAt, error instanceof Error ? (error.message.split('\n')[0] ?? '') : '');
    }
    view.progress(`${identifier}: ${fault}`);
    await pause(2_000, undefined, { signal });
  }
  throw unverified(identifier, promotedAt, fault);
}

function unverified(identifier: string, promotedAt: Date, fault: string): AgenteError {
  return new AgenteError(
    'recovery-point-unverified',
    `the hotel works, but ${identifier} has no proven recovery point after ${promotedAt.toISOString()}: ${fault}`,
    `Check by hand that LatestRestorableTime of ${identifier} is later, and run the command again until it is green.`,
  );
}
