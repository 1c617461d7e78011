import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { findRehearsal } from './rehearsal.ts';
import { writeSampleRepository } from './sample-repository.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'flotilla-sample-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('the tests of the sample repository pass', { timeout: 60_000 }, async () => {
  await writeSampleRepository(directory);
  const { stdout } = await promisify(execFile)('npm', ['test'], { cwd: directory });
  expect(stdout).toMatch(/pass 8\b/u);
  expect(await readFile(join(directory, '.gitignore'), 'utf8')).toContain('node_modules/');
});

test('a file that is in the way is left as it is', async () => {
  await writeFile(join(directory, 'README.md'), 'mine');
  await expect(writeSampleRepository(directory)).rejects.toThrow(/EEXIST|already exists/u);
  expect(await readFile(join(directory, 'README.md'), 'utf8')).toBe('mine');
});

test('each task of the issue has a rehearsal of its own', async () => {
  await writeSampleRepository(directory);
  const issue = await readFile(join(directory, 'issue.md'), 'utf8');
  const titles = Array.from(issue.matchAll(/^- \[ \] \*\*(.+?)\*\*:/gmu), ([, title]) => title);
  expect(titles).toHaveLength(5);
  expect(titles.map((title) => findRehearsal(`# Task: ${title}`)?.title)).toEqual(titles);
});

test('a rehearsal is found by the task line though other titles stand before it', () => {
  const prompt = 'Others work on: Document the cart\n\n# Task: `Add the cart UI` (3 of 5)\n';
  expect(findRehearsal(prompt)?.title).toBe('Add the cart UI');
  expect(findRehearsal('Please add the **cart UI**.')?.title).toBe('Add the cart UI');
  expect(findRehearsal('# Task: Add a wish list')).toBeNull();
});
