import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { gitAt } from '../git/git.ts';
import { readWorkDone } from '../workspace/salvage/work-done.ts';
import { describeTestChanges } from './test-changes.ts';

const env = {
  PATH: process.env['PATH'],
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Una',
  GIT_AUTHOR_EMAIL: 'una@example.invalid',
  GIT_COMMITTER_NAME: 'Una',
  GIT_COMMITTER_EMAIL: 'una@example.invalid',
};

/** The notes about a change to a repository with these files, and which files changed. */
async function describeChange(
  files: Readonly<Record<string, string>>,
  change: (root: string) => void,
): Promise<{ notes: string[]; changed: (string | undefined)[][] }> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'test-changes-'));
  const root = folder.path;
  const run = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: root, env, encoding: 'utf8' });
  const commit = (): string => {
    run('add', '--all');
    run('commit', '--quiet', '--message', 'A step');
    return run('rev-parse', 'HEAD').trim();
  };
  run('init', '--quiet');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const baseSha = commit();
  change(root);
  const range = { baseSha, head: commit() };
  const git = gitAt(root, env);
  const work = await readWorkDone(git, range);
  return {
    notes: await describeTestChanges(git, range, work.files),
    changed: work.files.map(({ change: how, from, path }) => [how, from, path]),
  };
}

const cases = (count: number): string =>
  Array.from({ length: count }, (_, index) => `test('number ${index}', () => {});\n`).join('');

test.each([
  ['out of the tests', 'test/a.test.js', 'old.js'],
  ['to what no runner takes for one', 'test/a.test.js', 'test/a.js'],
])('a test that is renamed %s is one that is deleted', async (_where, from, to) => {
  const { notes, changed } = await describeChange({ [from]: cases(3) }, (root) =>
    renameSync(join(root, from), join(root, to)),
  );
  expect(changed).toEqual([['renamed', from, to]]);
  expect(notes).toEqual([
    `It deletes the test file \`${from}\`: renamed to \`${to}\`, it is no longer a test.`,
  ]);
});

test('a test file that is renamed adds no tests that would make up for removed ones', async () => {
  const files = { 'test/a.test.js': cases(9), 'test/b.test.js': cases(4) };
  const { notes } = await describeChange(files, (root) => {
    renameSync(join(root, 'test/a.test.js'), join(root, 'test/c.test.js'));
    writeFileSync(join(root, 'test/b.test.js'), cases(1));
  });
  expect(notes).toEqual(['It removes 3 more tests than it adds.']);
});

test('a deleted test is reported, whatever its name would do to the note', async () => {
  const name = 'test/a`\n# b.test.js';
  const { notes } = await describeChange({ [name]: cases(1), kept: '' }, (root) =>
    rmSync(join(root, name)),
  );
  expect(notes).toEqual(["It deletes the test file `test/a' # b.test.js`."]);
});

test('more changed tests than the arguments of one program can name are all looked at', async () => {
  const long = `${'x'.repeat(240)}/`.repeat(4);
  const paths = Array.from({ length: 2_400 }, (_, index) => `test/${long}${index}.test.js`);
  const files = Object.fromEntries(paths.map((path) => [path, "test('it', () => {});\n"]));
  const { notes } = await describeChange(files, (root) => {
    for (const path of paths) writeFileSync(join(root, path), "test.skip('it', () => {});\n");
  });
  expect(notes[0]).toBe('It marks 2400 more tests as skipped or exclusive.');
}, 30_000);
