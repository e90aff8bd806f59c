'use strict';
/**
 * Where the engine begins. It runs the program as compiled JavaScript, as everything of ours runs: ts-node
 * would load a compiler and translate a hundred files anew in every preview and every step of a failover,
 * which is a quarter of its work. Pulumi.yaml therefore says `typescript: false`.
 */
const path = require('node:path');
const { compiled } = require('../tools/compile.js');

module.exports = require(path.join(compiled(['recovery', 'components', 'infra']), 'infra/index.js'));
