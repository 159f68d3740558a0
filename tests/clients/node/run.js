'use strict';

// All cases in one process, one after the other: they share a server.
const { readdirSync } = require('node:fs');
const { join } = require('node:path');

const folder = join(__dirname, 'cases');
readdirSync(folder)
  .filter((name) => name.endsWith('.js'))
  .sort()
  .forEach((name) => require(join(folder, name)));
