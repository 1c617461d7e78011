import { describe, expect, test } from 'vitest';
import type { RepositoryIndex } from '../../model/plan/repository-index.ts';
import { judgePairs } from './judge-pairs.ts';
import { saysNothing } from './pair-words.ts';
import { openPredictor, predictFootprint } from './predict-footprint.ts';

const paths = [
  'src/cart.ts',
  'src/cart.test.ts',
  'src/tax.ts',
  'src/mail.ts',
  'src/mail.test.ts',
  'docs/guide.md',
  'src/format.ts',
  'src/zebra.ts',
  'src/stripes.ts',
];

/** A small shop whose zebra and stripes always change together, and nobody says so in words. */
const shop: RepositoryIndex = {
  commit: 'c',
  files: paths.map((path) => ({
    path,
    defines: path === 'src/tax.ts' ? ['computeVat'] : [],
    imports: path === 'src/cart.ts' ? [2] : [],
    words: '\n\nexport const',
  })),
  changes: Array.from({ length: 40 }, (_, at) => ({
    commit: `c${at}`,
    isRoot: at === 39,
    message: at % 2 === 0 ? 'Paint the zebra' : 'Send mail faster',
    at: 1_700_000_000 - at,
    files: at % 2 === 0 ? [7, 8] : [3, 4],
    size: 2,
    added: 0,
  })),
  notes: [],
};

const predict = openPredictor(shop);
const top = (text: string, count = 1): string[] =>
  predict(text)
    .slice(0, count)
    .map(({ path }) => path);

describe('a text leads to files', () => {
  test('that it names', () => {
    const [first] = predict('Round prices in `src/format.ts`');
    expect(first).toMatchObject({
      path: 'src/format.ts',
      isNew: false,
      reason: 'named in the text',
    });
    expect(first?.probability).toBeGreaterThan(0.85);
  });

  test('that define a name of it', () => {
    const [first] = predict('Correct the rounding of `computeVat`');
    expect(first).toMatchObject({ path: 'src/tax.ts', reason: 'defines computeVat' });
  });

  test('that changed together with what it names before', () => {
    expect(top('Repair src/zebra.ts', 2)).toEqual(['src/zebra.ts', 'src/stripes.ts']);
  });

  test('that changes with such messages touched', () => {
    expect(top('Make sending mail more robust', 2).toSorted()).toEqual([
      'src/mail.test.ts',
      'src/mail.ts',
    ]);
  });

  test('that it will create', () => {
    const found = predict('Create `src/returns.ts` with the rules for returns');
    expect(found[0]).toMatchObject({ path: 'src/returns.ts', isNew: true });
  });

  test('each with a probability and a reason, the likeliest first', () => {
    const found = predict('Document the cart and its tax in the guide');
    for (const { probability, reason } of found) {
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
      expect(reason).not.toBe('');
    }
    expect(found).toEqual(found.toSorted((one, other) => other.probability - one.probability));
  });
});

test('no more files than asked for', () => {
  expect(predict('mail', { limit: 2 })).toHaveLength(2);
});

test.each(['', '   ', '\u0000\uFFFF', '🎉 مرحبا', '../../etc/passwd', 'x'.repeat(1_000_000)])(
  'odd text %# is no harm',
  (text) => {
    for (const { path, isNew } of predict(text)) expect(isNew || paths.includes(path)).toBe(true);
  },
);

test('a repository without files or history gives nothing', () => {
  const empty: RepositoryIndex = { commit: 'c', files: [], changes: [], notes: [] };
  expect(predictFootprint('Mend the cart', empty)).toEqual([]);
});

test('without a history, words and names still lead to files', () => {
  const [first] = predictFootprint('Round what `computeVat` gives', { ...shop, changes: [] });
  expect(first?.path).toBe('src/tax.ts');
});

test('tasks on the same files are likelier to overlap than others', () => {
  const sides = ['Send mail to the admin', 'Send mail faster', 'Paint the zebra'].map((text) => ({
    files: predict(text),
    said: predict.said(text),
  }));
  const judge = judgePairs(sides);
  expect(judge(0, 1).overlap).toBeGreaterThan(judge(0, 2).overlap);
  expect(judge(0, 2)).toEqual(judge(2, 0));
});

test('the words of a task count only where enough is known about the past', () => {
  expect(predict.said('fix(mail): Send mail faster')).toMatchObject({ words: [], scope: [] });
  const changes = [...shop.changes, ...shop.changes];
  const { words, scope } = openPredictor({ ...shop, changes }).said('fix(mail): Send rare mail');
  expect(scope).toEqual(['mail']);
  expect(words[0]?.[0]).toBe('rare');
});

test('what most tasks of an issue say makes no two of them alike', () => {
  const said = (...words: string[]) => ({
    files: [],
    said: { ...saysNothing, words: words.map((word) => [word, 3] as const) },
  });
  const form = ['a', 'b', 'c', 'd', 'e'].map((word) => said('accept', 'coverag', word));
  const alone = judgePairs([said('a'), said('b')])(0, 1).overlap;
  expect(judgePairs(form)(0, 1).overlap).toBe(alone);
  expect(judgePairs(form.slice(0, 2))(0, 1).overlap).toBeGreaterThan(alone);
});

describe('a report', () => {
  const story =
    'I opened the shop and paid, and the program ended with an error that names computeVat. It is the same with two other cards, on another machine, and after a restart. What else can be done about it, and is it known already?';
  const report = `The program ends\n${story}\n\n\`\`\`\n    at total (src/format.ts:3)\n\`\`\``;
  const changes = [...shop.changes, ...shop.changes].map((change, at) => ({
    ...change,
    files: at % 2 === 0 ? [...change.files, 5] : change.files,
    size: 3,
  }));
  const known = openPredictor({ ...shop, changes });
  const said = (text: string, path: string): number =>
    known(text).find((file) => file.path === path)?.probability ?? 0;

  test('names files that are not declared by it', () => {
    expect(said('Round in src/format.ts', 'src/format.ts')).toBeGreaterThanOrEqual(0.9);
    expect(said(report, 'src/format.ts')).toBeLessThan(0.9);
    expect(said('Correct `computeVat`', 'src/tax.ts')).toBeGreaterThanOrEqual(0.4);
    expect(said(report, 'src/tax.ts')).toBeLessThan(0.4);
  });

  test('comes with the document that most work changes', () => {
    expect(said(report, 'docs/guide.md')).toBeGreaterThan(0.8);
    expect(known(report).find(({ path }) => path === 'docs/guide.md')?.reason).toBe(
      'in 50% of past changes to sources',
    );
    expect(said('Send mail', 'docs/guide.md')).toBeLessThan(0.5);
  });
});
