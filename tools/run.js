'use strict';
/**
 * Runs a compiled script of ours by its path without extension: `node tools/run.js local/provider/main aws`.
 * For launchers that outlive a compilation: the compiled tree's folder changes with every source.
 */
const path = require('node:path');
const { compiled } = require('./compile.js');

const [script] = process.argv.splice(2, 1);
if (script === undefined) throw new Error('usage: run.js <script> [argument...]');
require(path.join(compiled(), `${script}.js`));
