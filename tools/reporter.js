'use strict';
/** Mocha's usual report for a person, and its sums in a file for tools/test.mjs. */
const fs = require('node:fs');
const { reporters } = require('mocha');

module.exports = class SpecWithSums extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const sums = JSON.stringify({ passed: passes, failed: failures, skipped: pending });
      if (process.env.AGENTE_DR_TEST_SUMS) fs.writeFileSync(process.env.AGENTE_DR_TEST_SUMS, sums);
    });
  }
};
