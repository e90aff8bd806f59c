import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readConfig } from '../../infra/config';
import { nearest } from '../../infra/nearest';
import { AgenteError } from '../../recovery/errors';
import { sites } from '../../recovery/sites';
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
    assert.equal(error.message.match(/ is missing/g)?.length, 18);
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
      [{ 'agente-dr:databaseOrigin': 'own' }, /a standby's database is a replica/],
    ];
    for (const [changes, expected] of cases) assert.match(refusal(changes).message, expected);
  });

  it('rejects images by tag: a tag may mean something else in the other region', () => {
    const images = JSON.stringify({ api: 'x.dkr.ecr.us-west-2.amazonaws.com/agente-api:latest', toolbox: 'y' });
    const error = refusal({ 'agente-dr:images': images });
    assert.match(error.message, /agente-dr:images\.api: an image by digest/);
    assert.match(error.message, /agente-dr:images\.toolbox: an image by digest/);
  });

  it('does not repeat a value, which may be a secret in the wrong place', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{12}$/), (secret) => {
        for (const key of ['region', 'accountId', 'zones', 'images', 'databaseClass', 'generation']) {
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
