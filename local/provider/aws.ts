import { createHash } from 'node:crypto';
import type { Machine } from '../machine';
import type { Call } from '../supervisor/part';
import { failuresOf } from './checks';
import { checkRegion, readConfiguration, type AwsConfiguration } from './configuration';
import { difference, type Difference } from './diff';
import { rowOf } from './diff-tables';
import { Fields } from './fields';
import { foreign } from './foreign';
import { completed } from './inputs';
import type { Checked, Provider, Standing, Subject } from './provider';
import type { Realisation, Scope } from './realisation';
import { stateAfterCreate, stateAfterUpdate, stateBeforeCreate, stateBeforeUpdate } from './state';
import { realisationOf } from './types';
import { canonical, isUnknown, reveal, revealAll, without, type Properties } from './values';

/** The provider that answers to the name `aws` on this machine. */
export class AwsProvider implements Provider {
  private configuration: AwsConfiguration | null = null;

  constructor(
    private readonly machine: Machine,
    private readonly call: Call,
  ) {}

  configure(config: Properties): void {
    this.configuration = readConfiguration(config, this.machine);
  }

  check(subject: Subject, before: Properties, after: Properties, seed: Uint8Array): Checked {
    const row = rowOf(subject.type);
    const { defaultTags } = this.configured();
    const inputs = completed(row, subject, before, after, { defaultTags, seed });
    return { inputs, failures: failuresOf(subject.type, inputs) };
  }

  diff(subject: Subject, before: Properties, after: Properties): Difference {
    return difference(rowOf(subject.type), before, after);
  }

  async create(subject: Subject, inputs: Properties, preview: boolean): Promise<Standing> {
    const [row, region] = [rowOf(subject.type), this.regionOf(inputs)];
    if (preview) return { id: '', state: stateBeforeCreate(row, region, inputs) };
    const made = await this.realised(subject).create(fields(inputs), this.scope(subject, inputs));
    return { id: made.id, state: stateAfterCreate(row, region, inputs, made.outputs) };
  }

  async update(
    subject: Subject,
    standing: Standing,
    before: Properties,
    after: Properties,
    preview: boolean,
  ): Promise<Properties> {
    const [row, region] = [rowOf(subject.type), this.regionOf(after)];
    const old = { state: standing.state, inputs: before };
    if (preview) return stateBeforeUpdate(row, region, old, after);
    const changes = difference(row, before, after).changes;
    const changed = new Set(changes.map(({ property }) => property));
    const change = { id: standing.id, state: revealAll(standing.state), before: fields(before), changed };
    const outputs = await this.realised(subject).update?.(fields(after), change, this.scope(subject, after));
    return stateAfterUpdate(row, region, old, after, outputs ?? {});
  }

  async read(subject: Subject, standing: Standing, inputs: Properties) {
    // `.get()` may come with a state of its own; what stands in a region says in which.
    if (!rowOf(subject.type).global && standing.state['region'] === undefined) throw foreign(subject.type, standing.id);
    const realisation = this.realised(subject);
    if (realisation.read === undefined) return { state: standing.state, inputs };
    const seen = await realisation.read(standing.id, fields(inputs), this.scope(subject, inputs));
    if (seen === null) return null;
    const seenInputs = corrected(inputs, seen.inputs);
    const old = { state: standing.state, inputs };
    return {
      inputs: seenInputs,
      state: stateAfterUpdate(rowOf(subject.type), this.regionOf(inputs), old, seenInputs, seen.outputs),
    };
  }

  async remove(subject: Subject, standing: Standing, inputs: Properties): Promise<void> {
    const scope = this.scope(subject, inputs);
    await this.realised(subject).remove?.(standing.id, fields(inputs), revealAll(standing.state), scope);
  }

  private configured(): AwsConfiguration {
    if (this.configuration === null) throw new Error('the engine did not configure this provider');
    return this.configuration;
  }

  private realised(subject: Subject): Realisation {
    return realisationOf(subject.type);
  }

  private regionOf(inputs: Properties): string {
    const own = reveal(inputs['region'] ?? null);
    const region = typeof own === 'string' ? own : this.configured().region;
    checkRegion(region, this.machine);
    return region;
  }

  private scope(subject: Subject, inputs: Properties): Scope {
    const region = this.regionOf(inputs);
    const { accountId } = this.machine.file;
    const identity = `${accountId}\n${region}\n${subject.urn}\n${canonical(without(inputs, ['tags']))}`;
    const mark = (length: number, purpose = '') =>
      createHash('sha256').update(`${identity}\n${purpose}`).digest('hex').slice(0, length);
    return { call: this.call, region, accountId, urn: subject.urn, mark };
  }
}

function fields(inputs: Properties): Fields {
  const unknowns = Object.keys(inputs).filter((name) => isUnknown(inputs[name]));
  if (unknowns.length > 0) throw new Error(`unknown in an update: ${unknowns.join(', ')}`);
  return new Fields(revealAll(inputs));
}

/** The inputs of the last update, corrected by what is really there. A property that no program wrote stays away. */
function corrected(inputs: Properties, seen: Properties): Properties {
  const present = Object.entries(seen).filter(([name]) => inputs[name] !== undefined);
  const gone = present.filter(([, value]) => value === null).map(([name]) => name);
  const drifted = present.filter(
    ([name, value]) => value !== null && canonical(value) !== canonical(inputs[name] ?? null),
  );
  return { ...without(inputs, gone), ...Object.fromEntries(drifted) };
}
