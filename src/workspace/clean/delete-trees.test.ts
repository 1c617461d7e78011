import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deleteTrees } from './delete-trees.ts';

test('a tree that is deeper than a path may be long is deleted', async () => {
  const root = await mkdtemp(join(tmpdir(), 'deep-'));
  const dig =
    'i=0; while [ $i -lt 60 ]; do mkdir "$1" && cd -P "$1" || exit 1; i=$((i+1)); done; : > file';
  execFileSync('bash', ['-c', dig, 'dig', 'd'.repeat(100)], { cwd: root });
  await deleteTrees([root, join(root, 'absent')]);
  expect(existsSync(root)).toBe(false);
});
