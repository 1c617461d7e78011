import { describe, expect, test } from 'vitest';
import { sweptNames } from './swept-names.ts';

const namesIn = (text: string): string[] => sweptNames(text).map(({ name }) => name);

describe('a name is swept through the code', () => {
  test.each([
    ['Rename `CartModel` to `Basket`', ['CartModel']],
    ['Rename CartModel to Basket', ['CartModel']],
    ['Replace the deprecated `fast-glob` with tinyglobby', ['fast-glob']],
    ['Replace left-pad by padStart everywhere', ['left-pad']],
    ['replace chalk with picocolors', ['chalk']],
    ['Get rid of `Error::Msg`: each place gets a variant of its own', ['Error::Msg']],
    ['Delete `formatMoney` and `formatVat`', ['formatMoney', 'formatVat']],
    ['Migrate the whole test suite from test-server to our own fixture', ['test-server']],
    ['Everything that calls `Yaml.load` or `Yaml.dump` moves over', ['Yaml.load', 'Yaml.dump']],
    ['All usages of oldClient go', ['oldClient']],
  ])('%s', (text, names) => {
    expect(namesIn(text)).toEqual(names);
  });

  test('and is known to go everywhere where the text says so', () => {
    expect(sweptNames('Rename `CartModel` to `Basket` in the whole crate')[0]).toMatchObject({
      isEverywhere: true,
      work: 'renamed',
    });
    expect(sweptNames('Rename `CartModel` to `Basket`')[0]).toMatchObject({ isEverywhere: false });
  });
});

describe('a name is only mentioned', () => {
  test.each([
    'Remove the `cache` flag',
    'Remove `baseUrl` from the tsconfig',
    'Remove boolean wrappers in JsonElement',
    'Drop a duplicated call to onReady',
    'Replace the text in the header',
    'Rename it',
    'Add `CartModel`',
    'All tests use the `clock` fixture',
    'Replace `is-ci` with our own check',
    'Remove `./src/cart.js`',
  ])('%s', (text) => {
    expect(namesIn(text)).toEqual([]);
  });
});

test('hostile text costs little', () => {
  const started = performance.now();
  sweptNames(`${'remove all uses of a-'.repeat(2_000)}\n${'`a` and '.repeat(3_000)}`);
  sweptNames(`migrate ${'x '.repeat(10_000)}from`);
  expect(performance.now() - started).toBeLessThan(500);
});
