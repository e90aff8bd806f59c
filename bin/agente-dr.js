#!/usr/bin/env node
'use strict';
const { start } = require('../tools/start.js');

start(() => {
  const { compiled } = require('../tools/compile.js');
  require(require('node:path').join(compiled(), 'cli/main.js'));
});
