import assert from 'node:assert/strict';
import fc from 'fast-check';
import { atLeast } from '../../tools/versions.js';

const part = fc.integer({ min: 0, max: 2_000 });

describe('a version', () => {
  it('is read with and without a letter before it, and with parts left out', () => {
    assert.ok(atLeast('v3.259.0', '3.259.0'));
    assert.ok(atLeast('go1.26.6', '1.25.11'));
    assert.ok(atLeast('v22.15.0', '22.15'));
  });

  it('compares numbers, not letters', () => {
    assert.ok(atLeast('3.1000.0', '3.259.0'));
    assert.ok(!atLeast('1.9.9', '1.25.11'));
  });

  it('is never at least what is newer than it', () => {
    fc.assert(
      fc.property(part, part, part, part, (major, minor, patch, more) => {
        const older = `${major}.${minor}.${patch}`;
        const newer = `${major}.${minor + more}.${patch + 1}`;
        return atLeast(newer, older) && !atLeast(older, newer);
      }),
    );
  });

  it('without numbers is too old', () => {
    assert.ok(!atLeast('devel', '1.25.11'));
    assert.ok(!atLeast('', '1.25.11'));
  });
});
