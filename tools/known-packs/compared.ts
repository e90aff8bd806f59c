import { cases } from '../../test/policy/cases';
import type { Finding, Pack } from './pack';

/** What a pack sees of the programs with one mistake. */
export interface Compared {
  readonly name: string;
  readonly version: string;
  /** By program, the rules that say more of it than of the sound one it differs from. */
  readonly caught: Readonly<Record<string, readonly string[]>>;
  /** Findings on the sound programs. */
  readonly onSound: number;
}

/** @throws Error when a pack does not see what its own rule is for: then its silence says nothing. */
export function compared(pack: Pack, findings: readonly Finding[]): Compared {
  const saidOf = new Map<string, Map<string, string>>();
  for (const { program, rule, resource } of findings) {
    const said = saidOf.get(program) ?? new Map<string, string>();
    saidOf.set(program, said.set(`${rule} ${resource}`, rule));
  }
  const caught = Object.entries(cases).flatMap(([name, { twin }]) => {
    const before = saidOf.get(`sound/${twin}`);
    const more = [...(saidOf.get(`hollow/${name}`) ?? [])].filter(([key]) => before?.has(key) !== true);
    return more.length === 0 ? [] : [[name, [...new Set(more.map(([, rule]) => rule))].sort()] as const];
  });
  const result = Object.fromEntries(caught);
  for (const [name, rule] of Object.entries(pack.controls)) {
    if (result[name]?.includes(rule) !== true) throw new Error(`${pack.name}: ${rule} does not see ${name}`);
  }
  const sound = [...saidOf].filter(([program]) => program.startsWith('sound/'));
  const onSound = sound.reduce((sum, [, said]) => sum + said.size, 0);
  return { name: pack.name, version: pack.version, caught: result, onSound };
}
