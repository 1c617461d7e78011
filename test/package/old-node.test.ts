import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findOldNode } from '../rig/old-node.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'flotilla.js');
const oldNode = findOldNode();
const title =
  oldNode === null
    ? 'an older Node says which one is needed (skipped: there is no older Node on PATH)'
    : 'an older Node says which one is needed';

test.skipIf(oldNode === null)(title, () => {
  const { status, stdout, stderr } = spawnSync(oldNode ?? '', [launcher, '--version'], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 9, stdout: '' });
  expect(stderr).toMatch(/^Flotilla needs Node 24 or newer; this is v\d+/u);
});

test('the launcher is written in syntax that any Node can read', () => {
  execFileSync(process.execPath, ['--check', launcher]);
  const code = readFileSync(launcher, 'utf8')
    .replaceAll(/\/\/.*$/gmu, '')
    .replaceAll(/'[^'\n]*'/gu, "''");
  expect(code).not.toMatch(
    /=>|`|\?\.|\?\?|\.\.\.|\b(?:const|let|class|async|await|import|export)\b/u,
  );
});
