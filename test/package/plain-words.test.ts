import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findOddities, proseOfDocument, proseOfTest } from './plain-words.ts';

const root = join(import.meta.dirname, '..', '..');

test.each([
  ['Mend the file, or remove it.', 'Mend'],
  ['each with the mend', 'mend'],
  ['await mendRuntimeFiles(place)', 'mend'],
  ['const isMending = false;', 'Mending'],
  ['what had been mended', 'mended'],
  ['The name is to be unique.', 'is to be'],
  ['A missing agent is told before the start.', 'is told'],
  ['null when no agent told', 'agent told'],
  ['what the tree tells of it', 'tells of'],
  ['what the code leans on', 'leans on'],
  ['Branches are taken away.', 'taken away'],
  ['It is planned anew.', 'anew'],
  ['the sandbox round agents', 'round agents'],
  ['the world round them', 'round them'],
  ['the file beside it', 'beside'],
  ['Whoever finds it taken exits.', 'Whoever'],
  ['Whom the commit is by.', 'Whom'],
  ['Start all the same with --force.', 'all the same'],
])('finds what is not written here: %s', (text, found) => {
  expect(findOddities([text])).toMatchObject([{ line: 1, found }]);
});

test.each([
  'We recommend that you amend or commend it.',
  'const line = text.trimEnd(); const end: StreamEnd = { kind };',
  "const counts = { mended: 1 }; total += counts.mended; count('mended')",
  '| `mended` | failures that a retry fixed |',
  'a round of attempts, the round it belongs to, and the first round the task had',
  'Math.round(a / b) is a round figure around the world, besides the file next to it',
  'The agent was told to stop, and told not to start again.',
  'Flotilla tells agents apart by what they can do.',
  'who conflicts with whom',
  'This is to say that it must be removed.',
])('leaves plain words alone: %s', (text) => {
  expect(findOddities([text])).toEqual([]);
});

test('reads the comments and names of a test, and none of its data', () => {
  const text = [
    '// Is told.',
    "test('is told so', () => {",
    "  run('is told');",
    'test(',
    "  'told of it',",
  ];
  expect(proseOfTest(text.join('\n'))).toEqual([text[0], text[1], '', text[3], text[4]]);
});

test('leaves out a table of what is not written, and no other', () => {
  const text = ['| We say | Not |', '| fix | mend |', '', '| State | Not known |', '| mend | no |'];
  expect(findOddities(proseOfDocument(text.join('\n')))).toMatchObject([{ line: 5 }]);
});

test('messages, comments, documents and names of tests are in plain English', () => {
  const places = ['src', 'test', 'docs', 'plugin', 'action', 'bench', 'scripts', 'bin', '*.md'];
  const listed = execFileSync('git', ['ls-files', '-z', '--', ...places], { cwd: root });
  const files = listed
    .toString()
    .split('\0')
    .filter((path) => /\.(?:ts|js|md|sh|ya?ml)$/u.test(path));
  expect(files.length).toBeGreaterThan(500);
  const oddities = files.filter(isOurs).flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const isTest = path.startsWith('test/') || path.endsWith('.test.ts');
    const lines = isTest ? proseOfTest(text) : proseOfDocument(text);
    return findOddities(lines, path.startsWith('docs/decisions/')).map(
      ({ line, found, write }) => `${path}:${line}: write “${write}”, not “${found}”`,
    );
  });
  expect(oddities).toEqual([]);
});

/** This test and its rules have to name what is not written. */
function isOurs(path: string): boolean {
  return !path.startsWith('test/package/plain-words');
}
