'use strict';
const path = require('node:path');
const { compiled } = require('../tools/compile.js');

require(path.join(compiled(), 'policy/main.js'));
