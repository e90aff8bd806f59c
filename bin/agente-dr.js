#!/usr/bin/env node
'use strict';
const { compiled } = require('../tools/compile.js');
require(require('node:path').join(compiled(), 'cli/main.js'));
