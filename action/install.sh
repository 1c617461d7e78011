#!/usr/bin/env bash
# Builds the program out of the very commit that the workflow names, with the dependencies of its lock file.
set -euo pipefail
cd "$(dirname "$0")/.."
npm ci --no-audit --no-fund
# Our own Node: the project that agents work on keeps the one that it has.
node_modules/.bin/node scripts/build.ts
node_modules/.bin/node bin/flotilla.js --version
