import { expect, test } from 'vitest';
import { declaredPaths } from './declared-paths.ts';

const files = new Set([
  ...[
    'docs/Reference/Logging.md',
    'docs/Reference/Reply.md',
    'docs/Reference/Hooks.md',
    'README.md',
  ],
  ...['src/web/sansio/blueprints.py', 'src/web/app.py', 'src/web/cli.py', 'src/web/config.py'],
  ...['test/a.test.js', 'test/b.test.js', 'test/c.test.js', 'lib/index.js', 'examples/index.js'],
]);

function found(text: string): (readonly [string, number, boolean])[] {
  return declaredPaths(text, files).map(({ path, probability, isNew }) => [
    path,
    probability,
    isNew,
  ]);
}

test.each([
  ['Docs: Logging.md, types.', 'docs/Reference/Logging.md'],
  ['In sansio/blueprints.py', 'src/web/sansio/blueprints.py'],
  ['In `logging.md`', 'docs/Reference/Logging.md'],
  ['In README.md', 'README.md'],
])('%j names the one file that ends in it', (text, path) => {
  expect(found(text)).toEqual([[path, 0.95, false]]);
});

test('a name that several files have is all of them, each less likely', () => {
  expect(found('In index.js').toSorted(([one], [other]) => (one < other ? -1 : 1))).toEqual([
    ['examples/index.js', 0.45, false],
    ['lib/index.js', 0.45, false],
  ]);
});

test.each([
  ['Create `d.test.js`', 'test/d.test.js'],
  ['Create Errors.md', 'docs/Reference/Errors.md'],
  ['Create `mailer.py`', 'src/web/mailer.py'],
  ['Create `sansio/views.py`', 'src/web/sansio/views.py'],
  ['Create CONTRIBUTING.md', 'CONTRIBUTING.md'],
  ['Create tsconfig.json', 'tsconfig.json'],
  ['Create `other/views.py`', 'other/views.py'],
])('%j names a new file where its kind lives', (text, path) => {
  expect(found(text)).toEqual([[path, 0.95, true]]);
});
