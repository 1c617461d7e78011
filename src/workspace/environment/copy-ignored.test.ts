import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitAt } from '../../git/git.ts';
import { copyIgnored } from './copy-ignored.ts';

test('what is ignored is copied, and when git cannot tell, that is no secret', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'copy-ignored-'));
  const [from, to] = [join(folder.path, 'from'), join(folder.path, 'to')];
  for (const path of [from, to, join(from, 'real')]) mkdirSync(path);
  execFileSync('git', ['init', '--quiet'], { cwd: from });
  writeFileSync(join(from, '.gitignore'), '*.env\n');
  for (const name of ['a.env', 'a.txt', 'real/b.env']) writeFileSync(join(from, name), 'x');
  const userGit = gitAt(from, process.env);
  const copy = (...patterns: readonly string[]): Promise<string[]> =>
    copyIgnored({ patterns, userGit, from, to });

  expect(await copy('a.txt')).toEqual([]);
  expect(await copy('a.*')).toEqual(['a.env']);
  expect(readdirSync(to)).toEqual(['a.env']);

  symlinkSync('real', join(from, 'link'));
  await expect(copy('link/*.env', 'a.env')).rejects.toThrow('beyond a symbolic link');
});
