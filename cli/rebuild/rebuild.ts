import { z } from 'zod';
import { parseContract, type Contract } from '../../recovery/contract';
import type { RoleRecord } from '../../recovery/control';
import { AgenteError } from '../../recovery/errors';
import { controlKeys, type Site } from '../../recovery/sites';
import { agreedRole, majority, reachable } from '../../scripts/control/witnesses';
import { standingContract, groundOf, type Ground } from '../failover/ground';
import { generationsIn, planRebuild, type RebuildFacts } from './plan';
import { edited, replaceFile, type Edit } from './stack-file';

export interface RebuildResult {
  readonly outcome: 'planned' | 'written' | 'nothing-to-do';
  readonly stack: string;
  readonly site: Site;
  /** The site that serves, which this one is to follow. */
  readonly follows: Site;
  readonly file: string;
  readonly edits: readonly Edit[];
  /** Where the generations of the other site were read. */
  readonly source: string;
  /** What to run now, in order. */
  readonly next: readonly string[];
}

/**
 * Edits the file of a site that was given up, so that the next deployment makes it the standby of the
 * other. Nothing is deployed.
 * @throws AgenteError with the code of what forbids it; the file is as it was then.
 */
export async function rebuild(stack: string, write: boolean): Promise<RebuildResult> {
  const ground = groundOf(stack);
  try {
    const [own, role, peer] = await Promise.all([standingContract(ground), servingRole(ground), peerOfGround(ground)]);
    const text = ground.project.stackText(stack);
    const plan = planRebuild({ stack, text, own, role, ...peer });
    const edits = plan.outcome === 'edits' ? plan.edits : [];
    const file = ground.project.stackFile(stack);
    if (write && edits.length > 0) replaceFile(file, edited(text, edits));
    const outcome = edits.length === 0 ? 'nothing-to-do' : write ? 'written' : 'planned';
    const next = nextOf(stack, plan.outcome === 'deployed', outcome === 'planned');
    return { outcome, stack, site: ground.to, follows: ground.from, file, edits, source: peer.source, next };
  } finally {
    ground.witnesses.close();
  }
}

async function servingRole({ witnesses }: Ground): Promise<RoleRecord> {
  const readings = await witnesses.roles();
  const agreed = agreedRole(readings);
  if (agreed !== null) return agreed;
  const answering = reachable(readings);
  if (answering < majority) {
    throw new AgenteError(
      'store-unreachable',
      `${String(answering)} of 3 control buckets answer, and two must say which site is active`,
      'Check the credentials and the way to the regions.',
    );
  }
  throw new AgenteError(
    'epoch-moved',
    'no two witnesses agree on which site is active',
    'Run `agente-dr status`; finish the failover that is under way.',
  );
}

/** The other site by its own contract, or by its file in the checkout while its region does not answer. */
async function peerOfGround({
  witnesses,
  project,
  from,
}: Ground): Promise<Pick<RebuildFacts, 'peerRole' | 'peerGenerations'> & { readonly source: string }> {
  const bucket = witnesses.buckets[1];
  if (bucket === undefined) throw new Error('no control bucket of the other site');
  const reading = await bucket.read(controlKeys.contract, z.unknown());
  if (reading.state === 'value') {
    const contract: Contract = parseContract(reading.value, bucket.witness.bucket);
    return { peerRole: contract.role, peerGenerations: contract.generations, source: bucket.witness.bucket };
  }
  const peerGenerations = generationsIn(project.stackText(from), from);
  return { peerRole: null, peerGenerations, source: project.stackFile(from) };
}

function nextOf(stack: string, deployed: boolean, planned: boolean): string[] {
  const watch = `agente-dr status --stack ${stack}`;
  if (deployed) return [watch];
  if (planned) return [`agente-dr rebuild --stack ${stack} --write`];
  const deploy = [`pulumi preview --stack ${stack}`, `pulumi up --stack ${stack}`];
  return [`git commit -m 'rebuild ${stack} as a standby' Pulumi.${stack}.yaml`, ...deploy, watch];
}
