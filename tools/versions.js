'use strict';

/** The numbers of a version: `v3.259.0`, `go1.26.6` and `22.15` all have them. */
function numbersOf(version) {
  const found = /(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version);
  return found === null ? undefined : [found[1], found[2] ?? '0', found[3] ?? '0'].map(Number);
}

/** Is `version` the same as `oldest` or newer? What has no numbers in it is not. */
function atLeast(version, oldest) {
  const have = numbersOf(version);
  const want = numbersOf(oldest);
  if (have === undefined || want === undefined) return false;
  for (let i = 0; i < 3; i++) {
    if (have[i] !== want[i]) return have[i] > want[i];
  }
  return true;
}

module.exports = { atLeast };
