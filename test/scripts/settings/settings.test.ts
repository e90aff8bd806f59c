import assert from 'node:assert/strict';
import { AgenteError } from '../../../recovery/errors';
import { datasetIn, parseSettings, readSettingsFile } from '../../../scripts/settings/settings';

const whole = `
generation: 2
vault: { folder: /backups }
recipients: [age1a, age1b]
datasets:
  postgres: { engine: postgres, kind: server, data: /var/lib/postgresql/15/main, socketDir: /run/postgresql }
`;
const rejected = (pattern: RegExp) => (error: unknown) =>
  error instanceof AgenteError && error.code === 'config-invalid' && pattern.test(error.message);

describe('the settings of a site', () => {
  it('are filled in where a site is as most are', () => {
    const settings = parseSettings(whole, 'x.yaml');
    assert.equal(settings.lineages('postgres'), 'primary-g2');
    assert.equal(settings.logs, '/var/log');
    const dataset = datasetIn(settings, 'postgres');
    assert.ok(dataset.engine === 'postgres' && dataset.kind === 'server');
    assert.equal(dataset.database, 'agente_db');
  });

  it('rejects what is misspelt, missing or wrong, all of it at once', () => {
    const text = whole.replace('generation: 2', 'generatoin: 2').replace(', age1b', '').replace('/backups', 'backups');
    assert.throws(() => parseSettings(text, 'x.yaml'), rejected(/generatoin/));
    assert.throws(() => parseSettings(text, 'x.yaml'), rejected(/recipients: at least two/));
    assert.throws(() => parseSettings(text, 'x.yaml'), rejected(/vault/));
  });

  it('rejects a dataset of no known engine, and what is no YAML', () => {
    assert.throws(
      () => parseSettings(whole.replace('engine: postgres', 'engine: oracle'), 'x.yaml'),
      rejected(/datasets\.postgres/),
    );
    assert.throws(() => parseSettings('a: [', 'x.yaml'), rejected(/x\.yaml/));
  });

  it('rejects a file that is not there, and a dataset that nobody named', () => {
    assert.throws(() => readSettingsFile('/nowhere/settings.yaml'), rejected(/nowhere/));
    assert.throws(
      () => datasetIn(parseSettings(whole, 'x.yaml'), 'postgre'),
      (error) => error instanceof AgenteError && error.code === 'argument-invalid' && /postgres/.test(error.hint),
    );
  });
});
