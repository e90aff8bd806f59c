import * as fs from 'node:fs';
import { z } from 'zod';
import { recoveryTypes, storeTypes } from '../../policy/inventory';
import { canonicalType } from '../../policy/resource';
import { duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';
import type { PlannedResource } from '../preview/stack-plan';
import { gateFinding, type GateFinding } from './finding';
import type { PlannedStack } from './planned-stack';

const proofs = z.array(
  z.strictObject({
    urn: z.string(),
    recoveryPoint: z.iso.datetime({ offset: true }),
    verifiedAt: z.iso.datetime({ offset: true }),
  }),
);

/** What somebody has said and shown before a store goes. */
export interface Assent {
  /** URNs, each named in full: a pattern would take more than was meant. */
  readonly acknowledged: readonly string[];
  readonly proofs: z.infer<typeof proofs>;
}

/** A proof is of today: what was written since it was made is in no backup. */
const freshFor = duration('24h');

const keeps = new Set([...storeTypes, ...recoveryTypes]);
const isStore = ({ type }: PlannedResource): boolean => keeps.has(canonicalType(type));

/** @throws AgenteError argument-invalid */
export function readProofs(file: string): Assent['proofs'] {
  try {
    return proofs.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (error) {
    throw new AgenteError(
      'argument-invalid',
      `the proof ${file} cannot be read: ${error instanceof z.ZodError ? z.prettifyError(error) : String(error)}`,
      'It is a list in JSON of { urn, recoveryPoint, verifiedAt }, with times in ISO.',
      { cause: error },
    );
  }
}

/** Stores that the plan takes away or lays open. */
export function destruction({ plan, noLongerRetained }: PlannedStack, assent: Assent, now: Date): GateFinding[] {
  return plan.resources
    .filter(isStore)
    .flatMap((one) => [...gone(one, assent, now), ...laidOpen(one, noLongerRetained)]);
}

function gone({ urn, operation }: PlannedResource, assent: Assent, now: Date): GateFinding[] {
  if (operation !== 'delete' && operation !== 'replace') return [];
  const proof = assent.proofs.find((one) => one.urn === urn);
  const age = proof === undefined ? Infinity : now.getTime() - Date.parse(proof.verifiedAt);
  const fresh = age >= 0 && age <= freshFor.ms;
  if (assent.acknowledged.includes(urn) && fresh) return [];
  const lacks = assent.acknowledged.includes(urn)
    ? `its proof is ${Number.isFinite(age) ? `${Math.round(age / 3_600_000)} h old` : 'missing'}, and ${freshFor.toString()} are allowed`
    : 'nobody has acknowledged it';
  const fix = `--acknowledge '${urn}' --proof FILE, with a recovery point that was verified within ${freshFor.toString()}`;
  return [gateFinding('dr-gate-destroy', urn, `the plan is to ${operation} it, and ${lacks}`, fix)];
}

/** Properties whose loss opens a store, and what they must be. */
const guards: readonly (readonly [property: string, open: (value: unknown) => boolean])[] = [
  ['deletionProtection', (value) => value !== true],
  ['skipFinalSnapshot', (value) => value === true],
  ['forceDestroy', (value) => value === true],
];

function laidOpen(one: PlannedResource, noLongerRetained: readonly string[]): GateFinding[] {
  const { urn, before, after, operation, protectedBefore, protectedAfter } = one;
  if (before === null || after === null || operation === 'delete') return [];
  const lost = [
    ...(protectedBefore && !protectedAfter ? ['protect'] : []),
    ...(noLongerRetained.includes(urn) ? ['retainOnDelete'] : []),
    ...guards
      .filter(([property, open]) => !open(before[property]) && open(after[property]) && property in before)
      .map(([property]) => property),
  ];
  return lost.map((what) =>
    gateFinding('dr-gate-unprotect', urn, `it loses ${what}, and the next change may delete it`, `keep ${what}`),
  );
}
