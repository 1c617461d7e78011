#!/usr/bin/env node
// Written so that any Node can read it: an old one should say what it needs, not trip over syntax.
'use strict';

var fs = require('fs');
var path = require('path');

// The oldest Node that the program runs on.
var needed = [22, 13];
var badly = 9;

if (isNewEnough(process.versions.node)) start();
else startElsewhere();

function isNewEnough(version) {
  var parts = version.split('.').map(Number);
  return parts[0] > needed[0] || (parts[0] === needed[0] && parts[1] >= needed[1]);
}

function start() {
  var built = path.join(__dirname, '..', 'dist', 'cli', 'main.js');
  if (fs.existsSync(built)) void require('./load.js')(built);
  else leave('Flotilla is not built here. In a checkout, run: npm ci && npm run build\n');
}

// On the Node that `npm ci` brought into the checkout that this file lies in.
function startElsewhere() {
  var brought = path.join(__dirname, '..', 'node_modules', '.bin', 'node');
  var childProcess = require('child_process');
  var answer = childProcess.spawnSync(brought, ['--version'], { encoding: 'utf8' });
  var version = answer.status === 0 ? answer.stdout.trim().replace('v', '') : '0';
  if (!isNewEnough(version)) return leave(advice());
  var args = [__filename].concat(process.argv.slice(2));
  var child = childProcess.spawn(brought, args, { stdio: 'inherit' });
  // A terminal sends its own signals to both of us; what was sent to this process alone is passed on.
  var isOnTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  var signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  signals.forEach(function (signal) {
    process.on(signal, function () {
      if (signal === 'SIGTERM' || !isOnTerminal) child.kill(signal);
    });
  });
  child.on('error', function (error) {
    leave('Flotilla could not be started with ' + brought + ': ' + error.message + '\n');
  });
  child.on('exit', function (code, signal) {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function advice() {
  var folder = '$HOME/.local/share/node24';
  // The package of one platform holds the program itself; `node` would first have to run a script to get it.
  var isUsual = /^(?:linux|darwin)-(?:x64|arm64)$/.test(process.platform + '-' + process.arch);
  var name = isUsual ? 'node-' + process.platform + '-' + process.arch : 'node';
  return [
    'Flotilla needs Node ' +
      needed.join('.') +
      ' or newer; this is ' +
      process.version +
      ' (' +
      process.execPath +
      ').',
    'Put a newer one in front of it on your PATH; yours stays where it is:',
    '    npm install --prefix "' + folder + '" ' + name + '@24',
    '    export PATH="' + folder + '/node_modules/.bin:$PATH"',
    '',
  ].join('\n');
}

function leave(words) {
  process.stderr.write(words);
  process.exitCode = badly;
}
