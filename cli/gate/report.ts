import type { DrillResult } from '../../recovery/drill-result';
import { capacity } from './capacity';
import { controlPlane } from './failover-plan';
import { destruction, type Assent } from './destruction';
import { evidence } from './evidence';
import type { GateFinding } from './finding';
import { packFindings, stackUrn } from './pack-findings';
import { pairFindings } from './pair';
import type { PlannedStack } from './planned-stack';
import { restoreBlocks } from './restore-block';
import { scoreFindings, scores, type Score } from './score';
import { stateKey } from './state-key';

export interface GateReport {
  readonly version: 1;
  readonly verdict: 'open' | 'closed';
  readonly stacks: readonly string[];
  readonly findings: readonly GateFinding[];
  readonly scores: readonly Score[];
  /** Judgements of the pack that only the update can make. */
  readonly waits: number;
}

export interface GateInput {
  readonly stacks: readonly PlannedStack[];
  readonly assent: Assent;
  readonly drills: readonly DrillResult[];
  /** Content of policy/exemptions.json. */
  readonly exemptions: unknown;
  /** Text of Pulumi.dr.yaml; null where there is none. */
  readonly drFile: string | null;
  readonly now: Date;
}

/** Everything that stands between a plan and its update, the mandatory first. */
export function gateReport({ stacks, assent, drills, exemptions, drFile, now }: GateInput): GateReport {
  const today = now.toISOString().slice(0, 10);
  const packs = stacks.map((stack) => packFindings(stack, exemptions, today));
  const [first] = stacks;
  const urn = first === undefined ? '' : stackUrn(stacks.find(({ plan }) => plan.stack === 'dr') ?? first);
  const practised = evidence(drills, now, urn);
  const rows = scores(stacks, practised.length);
  const findings = [
    ...stacks.flatMap((stack) => [
      ...destruction(stack, assent, now),
      ...restoreBlocks(stack, now),
      ...controlPlane(stack),
    ]),
    ...pairFindings(stacks, now),
    ...capacity(stacks, now),
    ...practised,
    ...(drFile === null ? [] : stateKey(drFile, urn)),
    ...packs.flatMap((pack) => pack.findings),
    ...scoreFindings(rows, urn),
  ];
  const closed = findings.some(({ level }) => level === 'mandatory');
  return {
    version: 1,
    verdict: closed ? 'closed' : 'open',
    stacks: stacks.map(({ plan }) => plan.stack),
    findings: [
      ...findings.filter(({ level }) => level === 'mandatory'),
      ...findings.filter(({ level }) => level === 'advisory'),
    ],
    scores: rows,
    waits: packs.reduce((sum, pack) => sum + pack.waits, 0),
  };
}
