import assert from 'node:assert/strict';
import { AgenteError, exitCodes } from '../../recovery/errors';

describe('AgenteError', () => {
  it('ends in the exit code of its row', () => {
    assert.equal(new AgenteError('primary-answers', 'x', 'y').exitCode, exitCodes.refused);
    assert.equal(new AgenteError('stack-not-deployed', 'x', 'y').exitCode, exitCodes.notDeployed);
  });

  it('keeps the error it came from', () => {
    const cause = new Error('connection refused');
    assert.equal(new AgenteError('store-unreachable', 'x', 'y', { cause }).cause, cause);
  });
});

describe('the exit codes', () => {
  it('are distinct and fit a process', () => {
    const codes = Object.values(exitCodes);
    assert.equal(new Set(codes).size, codes.length);
    assert.ok(codes.every((code) => code >= 0 && code <= 255));
  });
});
