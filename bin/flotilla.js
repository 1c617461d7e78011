#!/usr/bin/env node
// Written so that any Node can read it: an old one should say what it needs, not trip over syntax.
'use strict';

var needed = 24;
var found = parseInt(process.versions.node, 10);
if (found < needed) {
  process.stderr.write(
    'Flotilla needs Node ' +
      needed +
      ' or newer; this is ' +
      process.version +
      ' (' +
      process.execPath +
      ').\n' +
      'Install it, for example with: npm install --global node@' +
      needed +
      '\n',
  );
  process.exit(9);
}

var path = require('path');
var built = path.join(__dirname, '..', 'dist', 'cli', 'main.js');
if (!require('fs').existsSync(built)) {
  process.stderr.write('Flotilla is not built here. In a checkout, run: npm ci && npm run build\n');
  process.exit(9);
}
require(built);
