import { describe, expect, test } from 'vitest';
import type { RepositoryIndex } from '../../model/plan/repository-index.ts';
import { openPredictor } from './predict-footprint.ts';

/** A shop in which some files mention the names of a text, each a word of the index. */
function shopOf(words: Readonly<Record<string, string>>): RepositoryIndex {
  const files = Object.entries(words).map(([path, text]) => ({
    path,
    defines: [],
    imports: [],
    words: `\n\n${text}`,
  }));
  return { commit: 'c', files, changes: [], notes: [] };
}

const shop = shopOf({
  'src/cart.ts': 'export cartmodel',
  'src/checkout.ts': 'import cartmodel',
  'test/cart.test.ts': 'import cartmodel',
  'src/tax.ts': 'export vat',
  'docs/cart.md': 'cartmodel',
  'examples/shop.ts': 'import cartmodel',
  ...Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`src/p${at}.ts`, 'export clock'])),
});

const likely = (text: string): string[] =>
  openPredictor(shop)(text)
    .filter(({ probability }) => probability >= 0.5)
    .map(({ path }) => path)
    .toSorted();
const users = ['src/cart.ts', 'src/checkout.ts', 'test/cart.test.ts'];

describe('a name that goes', () => {
  test('goes from each source and test that mentions it, and from no document or example', () => {
    expect(likely('Rename `CartModel` to `Basket`')).toEqual(users);
    expect(likely('Get rid of CartModel')).toEqual(users);
  });

  test('is shown as the reason', () => {
    const found = openPredictor(shop)('Replace CartModel with plain objects');
    expect(found.find(({ path }) => path === 'src/checkout.ts')?.reason).toBe(
      'mentions CartModel, which is replaced',
    );
  });

  test('goes from many files only where the text says everywhere', () => {
    expect(likely('Replace `clock` with the timer')).toEqual([]);
    expect(likely('Replace `clock` with the timer everywhere')).toHaveLength(30);
  });

  test('goes from one place only where the text names the place', () => {
    expect(likely('Replace CartModel with a plain object in src/cart.ts')).toEqual(['src/cart.ts']);
  });

  test('is no file: that one is named', () => {
    expect(likely('Remove `tax.ts`')).not.toContain('src/cart.ts');
  });
});
