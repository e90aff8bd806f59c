import { duration, type Duration } from './duration';

/** The parts of a recovery in their order, each with the longest it may take. */
export const recoveryParts = ['detect', 'decide', 'restore', 'replay', 'verify', 'redirect'] as const;
export type RecoveryPart = (typeof recoveryParts)[number];
export type RecoveryPath = Readonly<Record<RecoveryPart, Duration>>;

const none = duration('0s');

/** A path of which parts that are not named take no time. */
export function recoveryPath(parts: Partial<RecoveryPath>): RecoveryPath {
  return { detect: none, decide: none, restore: none, replay: none, verify: none, redirect: none, ...parts };
}
