import { expect, test } from 'vitest';
import { openPredictor } from './predict-footprint.ts';

const paths = [
  'CHANGES.rst',
  'README.md',
  'packages/cart/README.md',
  'man/shop.1.in',
  'src/cart.ts',
  'test/readme.md',
];
const predict = openPredictor({
  commit: 'c',
  files: paths.map((path) => ({ path, defines: [], imports: [], words: '' })),
  changes: [],
  notes: [],
});
const likely = (text: string): string[] =>
  predict(text)
    .filter(({ probability }) => probability >= 0.5)
    .map(({ path }) => path)
    .toSorted();

test.each([
  ['Cart: round prices. Changelog.', ['CHANGES.rst']],
  ['Document the width in the readme and the man page', ['README.md', 'man/shop.1.in']],
  ['Mention it in the release notes', ['CHANGES.rst']],
  ['Round prices. It needs no changelog entry.', []],
  ['Mention it in packages/cart/README.md', ['packages/cart/README.md']],
  ['Round prices', []],
])('%s', (text, files) => {
  expect(likely(text)).toEqual(files);
});
