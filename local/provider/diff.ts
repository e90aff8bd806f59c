import type { TypeRow } from './tables/row';
import { canonical, type Properties } from './values';

export type DiffKind = 'add' | 'delete' | 'update';

export interface PropertyChange {
  readonly property: string;
  readonly kind: DiffKind;
  readonly replaces: boolean;
}

export interface Difference {
  readonly changes: readonly PropertyChange[];
  /** The new resource would have the name of the old one, so the old one must go first. */
  readonly deleteFirst: boolean;
}

function kindOf(before: unknown, after: unknown): DiffKind {
  if (before === undefined || before === null) return 'add';
  return after === undefined || after === null ? 'delete' : 'update';
}

/**
 * What a change of the program changes: new inputs against those of the last update. State is not
 * compared: what drifts arrives in the old inputs by a refresh.
 */
export function difference(row: TypeRow, before: Properties, after: Properties): Difference {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !name.startsWith('__'));
  const changes = names.flatMap((property): PropertyChange[] => {
    const [old, now] = [before[property] ?? null, after[property] ?? null];
    const how = { isDocument: row.documents.includes(property), ordered: orderedIn(row, property) };
    if (canonical(old, how) === canonical(now, how)) return [];
    if (now === null && row.optionalComputed.includes(property)) return [];
    // A write-only value has no old one to compare with; its version says that it changed.
    if (row.writeOnly.includes(property)) return [];
    const replaces = row.forceNew.includes(property) || row.replacesWhen[property]?.(before, after) === true;
    return [{ property, kind: kindOf(old, now), replaces }];
  });
  return { changes, deleteFirst: keepsName(row, before, after) };
}

/** Paths of ordered lists inside a property; the property's own is the empty one. */
function orderedIn(row: TypeRow, property: string): readonly string[] {
  const paths = row.ordered.map((path) => path.split('.'));
  return paths.filter(([first]) => first === property).map(([, ...rest]) => rest.join('.'));
}

function keepsName(row: TypeRow, before: Properties, after: Properties): boolean {
  if (row.name === null) return false;
  const { property } = row.name;
  const made = after['__defaults'];
  const isOurs = Array.isArray(made) && (made as readonly unknown[]).includes(property);
  return !isOurs && canonical(before[property] ?? null) === canonical(after[property] ?? null);
}
