import type { TypeRow } from './tables/row';
import { secret, unknown, without, type Properties } from './values';

/** What the state may show of the inputs: nothing write-only, and no wish where the region decides. */
function shown(row: TypeRow, inputs: Properties): Properties {
  return without(inputs, [...row.writeOnly, ...row.assigned, '__defaults']);
}

function finished(row: TypeRow, region: string, inputs: Properties, state: Properties): Properties {
  const tags = row.computed.includes('tagsAll') ? { tagsAll: inputs['tags'] ?? {} } : {};
  const place = row.global ? {} : { region: inputs['region'] ?? region };
  const all: Properties = { ...state, ...tags, ...place };
  const marked = row.secret.filter((name) => all[name] !== undefined && all[name] !== null);
  return { ...all, ...Object.fromEntries(marked.map((name) => [name, secret(all[name] ?? null)])) };
}

const unknowns = (names: readonly string[]): Properties => Object.fromEntries(names.map((name) => [name, unknown]));

/** State after a create: what the region said, and the inputs over it, as they were written and marked. */
export function stateAfterCreate(row: TypeRow, region: string, inputs: Properties, outputs: Properties): Properties {
  return finished(row, region, inputs, { ...outputs, ...shown(row, inputs) });
}

/** A create in a preview: whatever only the region can say is unknown. */
export function stateBeforeCreate(row: TypeRow, region: string, inputs: Properties): Properties {
  return stateAfterCreate(row, region, inputs, unknowns([...row.computed, ...row.optionalComputed, ...row.assigned]));
}

/** State after an update; what was computed once stays known, also in a preview. */
export function stateAfterUpdate(
  row: TypeRow,
  region: string,
  old: { readonly state: Properties; readonly inputs: Properties },
  inputs: Properties,
  outputs: Properties,
): Properties {
  const gone = Object.keys(old.inputs).filter(
    (name) => inputs[name] === undefined && !row.optionalComputed.includes(name),
  );
  return finished(row, region, inputs, { ...without(old.state, gone), ...outputs, ...shown(row, inputs) });
}

export function stateBeforeUpdate(
  row: TypeRow,
  region: string,
  old: { readonly state: Properties; readonly inputs: Properties },
  inputs: Properties,
): Properties {
  return stateAfterUpdate(row, region, old, inputs, unknowns(row.recomputed));
}
