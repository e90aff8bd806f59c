import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { readConfig } from '../../infra/config';
import { nearest } from '../../recovery/nearest';
import { AgenteError } from '../../recovery/errors';
import { sites } from '../../recovery/sites';
import { findProgram } from '../../scripts/programs/server-programs';
import { shippedConfig, shippedKeys } from './support';

function refusal(changes: Readonly<Record<string, string | undefined>>): AgenteError {
  const keys = Object.entries({ ...shippedKeys('dr'), ...changes }).filter(([, value]) => value !== undefined);
  try {
    readConfig(Object.fromEntries(keys) as Record<string, string>, 'dr');
  } catch (error) {
    assert.ok(error instanceof AgenteError);
    assert.equal(error.code, 'config-invalid');
    return error;
  }
  throw new Error('nothing was refused');
}

const shipped = { generation: 1, origin: 'replica', class: 'db.m7g.large' };
const restored = { ...shipped, origin: { restoredFrom: 1, at: '2026-11-24T03:00:00Z' } };

/** The databases of dr with another PostgreSQL. */
const database = (changes: object): Record<string, string> => ({
  'agente-dr:databases': JSON.stringify({ postgres: { ...shipped, ...changes }, pms: shipped }),
});

describe('configuration of a stack', () => {
  it('accepts both shipped files, which name each other', () => {
    const [primary, dr] = sites.map((site) => shippedConfig(site));
    assert.deepEqual([primary?.role, dr?.role], ['active', 'standby']);
    assert.equal(primary?.region, dr?.peerRegion);
    assert.equal(primary?.peerRegion, dr?.region);
    assert.equal(primary?.witnessRegion, dr?.witnessRegion);
    assert.equal(primary?.accountId, dr?.accountId);
    assert.equal(primary?.vpcCidr, dr?.peerVpcCidr);
    assert.equal(primary?.listenerPort, dr?.listenerPort);
    assert.equal(primary?.domain, dr?.domain);
    assert.equal(primary?.zoneId, dr?.zoneId);
  });

  it('turns default providers off in both shipped files', () => {
    for (const site of sites) assert.equal(shippedKeys(site)['pulumi:disable-default-providers'], '["aws"]');
  });

  it('rejects all faults at once, each by its key, and says where to correct them', () => {
    const error = refusal({
      'agente-dr:role': 'stand-by',
      'agente-dr:accountId': '42',
      'agente-dr:witnessRegion': undefined,
      'agente-dr:zones': 'us-west-2a',
      'agente-dr:listnerPort': '443',
    });
    for (const fault of [
      'agente-dr:role: ',
      'agente-dr:accountId: twelve digits',
      'agente-dr:witnessRegion is missing',
      'agente-dr:zones: a structured value',
      'agente-dr:listnerPort is unknown, perhaps agente-dr:listenerPort',
    ]) {
      assert.ok(error.message.includes(fault), `${fault} in: ${error.message}`);
    }
    assert.match(error.message, /^Pulumi\.dr\.yaml has 5 faults/);
    assert.match(error.hint, /Pulumi\.dr\.yaml/);
  });

  it('rejects an empty stack by naming every key without a default', () => {
    const error = (() => {
      try {
        return readConfig({}, 'dr');
      } catch (thrown) {
        return thrown as AgenteError;
      }
    })();
    assert.ok(error instanceof AgenteError);
    assert.equal(error.message.match(/ is missing/g)?.length, 17);
  });

  it('rejects an instant of restoration that means another one elsewhere, and keys it does not know', () => {
    for (const at of [
      '2026-11-24T03:00:00',
      '2026-11-24',
      '2026-11-24T03:00:00.5Z',
      'latest',
      '2026-02-30T00:00:00Z',
    ]) {
      const error = refusal(database({ generation: 2, origin: { restoredFrom: 1, at } }));
      assert.match(error.message, /databases\.postgres\.origin\.at: an instant with its offset, in whole seconds/, at);
      assert.equal(error.message.includes(at), false);
    }
    const error = refusal(database({ clas: 'db.m7g.large', class: undefined }));
    assert.match(error.message, /agente-dr:databases\.postgres: .*"clas"/);
    assert.match(error.message, /agente-dr:databases\.postgres\.class/);
  });

  it('accepts a database that was restored to an instant, beside the one it came from', () => {
    const at = '2026-11-24T00:00:00-03:00';
    const { databases } = shippedConfig('dr', {
      'agente-dr:role': 'active',
      ...database({ generation: 2, origin: { restoredFrom: 1, at }, retained: [shipped] }),
    });
    assert.deepEqual(databases.postgres.retained, [shipped]);
    assert.equal(databases.pms.generation, 1);
  });

  it('rejects what is right alone and wrong together', () => {
    const cases: [Record<string, string>, RegExp][] = [
      [{ 'agente-dr:site': 'primary' }, /site is primary, and the stack is dr/],
      [{ 'agente-dr:witnessRegion': 'us-east-1' }, /not three regions/],
      [{ 'agente-dr:zones': '["us-east-1a","us-west-2b","us-west-2c"]' }, /zones are not of us-west-2/],
      [{ 'agente-dr:zones': '["us-west-2a","us-west-2a","us-west-2c"]' }, /names one twice/],
      [{ 'agente-dr:vpcCidr': '10.20.128.0/20' }, /overlap/],
      [{ 'agente-dr:certificateArn': 'arn:aws:acm:us-east-1:1:certificate/x' }, /certificateArn is not of us-west-2/],
      [{ 'agente-dr:images': shippedKeys('primary')['agente-dr:images'] ?? '' }, /images.api is not in a registry of/],
      [{ 'agente-dr:toolbox': 'build' }, /the image is built by primary/],
      [database({ origin: 'own' }), /databases\.postgres\.origin is own: dr owns no database password/],
      [database({ origin: { restoredFrom: 1, at: '2026-11-24T03:00:00Z' } }), /a standby's database is a replica/],
      [database({ retained: [{ ...shipped, origin: 'replica' }] }), /names a generation that is not older than 1/],
      [database({ generation: 3, retained: [{ ...shipped }, { ...shipped }] }), /names a generation twice/],
      [database({ generation: 2, origin: { restoredFrom: 2, at: '2026-11-24T03:00:00Z' } }), /not older/],
      [
        database({ generation: 3, retained: [{ ...restored, generation: 2, follows: 1 }] }),
        /says that a database follows which is no replica/,
      ],
    ];
    for (const [changes, expected] of cases) assert.match(refusal(changes).message, expected);
  });

  it('rejects images by tag: a tag may mean something else in the other region', () => {
    const images = JSON.stringify({ api: 'x.dkr.ecr.us-west-2.amazonaws.com/agente-api:latest', toolbox: 'y' });
    const error = refusal({ 'agente-dr:images': images });
    assert.match(error.message, /agente-dr:images\.api: an image by digest/);
    assert.match(error.message, /agente-dr:images\.toolbox: an image by digest/);
  });

  it('rejects recipients of which one is lost with everything, that are the same, or that are no public key', () => {
    const [site = '', offline = ''] = shippedConfig('dr').backupRecipients;
    const refused = (keys: readonly string[]): string =>
      refusal({ 'agente-dr:backupRecipients': JSON.stringify(keys) }).message;
    assert.match(refused([site]), /agente-dr:backupRecipients: at least 2 different keys/);
    assert.match(refused([site, site]), /at least 2 different keys/);
    // Its private half, copied into the wrong place.
    const secret = 'AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ';
    const message = refused([secret, offline]);
    assert.match(message, /agente-dr:backupRecipients\.0: a public age key/);
    assert.equal(message.includes(secret), false);
    assert.match(refusal({ 'agente-dr:backupRecipients': undefined }).message, /backupRecipients is missing/);
  });

  it('ships recipients that nobody can seal for: an example that worked would make backups that nobody opens', () => {
    for (const recipient of sites.flatMap((site) => shippedConfig(site).backupRecipients)) {
      const { status, stderr } = spawnSync(findProgram('age'), ['-r', recipient], { input: 'x', encoding: 'utf8' });
      assert.notEqual(status, 0, recipient);
      assert.match(stderr, /malformed recipient/);
    }
    assert.deepEqual(shippedConfig('primary').backupRecipients, shippedConfig('dr').backupRecipients);
  });

  it('does not repeat a value, which may be a secret in the wrong place', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{12}$/), (secret) => {
        for (const key of ['region', 'accountId', 'zones', 'images', 'databases', 'peerGenerations']) {
          assert.equal(refusal({ [`agente-dr:${key}`]: secret }).message.includes(secret), false, key);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('offers a key for a misspelt one, and none for nonsense', () => {
    assert.equal(nearest('Zones', ['zones', 'role']), 'zones');
    assert.equal(nearest('witnesRegion', ['witnessRegion', 'region']), 'witnessRegion');
    assert.equal(nearest('favouriteColour', ['zones', 'role']), null);
  });
});
