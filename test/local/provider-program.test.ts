import assert from 'node:assert/strict';
import { putUpSite } from '../../infra/site';
import { failuresOf } from '../../local/provider/checks';
import { typeTable } from '../../local/provider/diff-tables';
import type { Properties } from '../../local/provider/values';
import type { Site } from '../../recovery/sites';
import { ask, type Asked } from '../components/support';
import { shippedConfig } from '../infra/support';

/** Both stacks, as standby and as active, and with either kind of cache. */
const cases: readonly (readonly [Site, Readonly<Record<string, string>>])[] = [
  ['primary', {}],
  ['primary', { 'agente-dr:cachePersistence': 'self-aof' }],
  ['dr', { 'agente-dr:role': 'standby' }],
  ['dr', { 'agente-dr:role': 'active' }],
];

/** What the program asks of AWS in all of them. */
async function asked(): Promise<Asked[]> {
  const all: Asked[] = [];
  for (const [site, changes] of cases) all.push(...(await ask(() => putUpSite(shippedConfig(site, changes)), site)));
  return all.filter(({ type }) => type.startsWith('aws:'));
}

describe('the program and the provider of regions on this machine', function () {
  this.timeout(300_000);
  let resources: Asked[];
  before(async () => {
    resources = await asked();
  });

  it('knows every type that the program makes, and none besides', () => {
    const made = new Set(resources.map(({ type }) => type));
    assert.deepEqual(Object.keys(typeTable).sort(), [...made].sort());
  });

  it('refuses nothing that the program asks for', () => {
    const refused = resources.flatMap(({ type, name, inputs }) =>
      failuresOf(type, inputs as Properties).map(({ reason }) => `${type} ${name}: ${reason}`),
    );
    assert.deepEqual(refused, []);
  });
});
