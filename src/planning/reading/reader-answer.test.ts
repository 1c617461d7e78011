import { expect, test } from 'vitest';
import { readAnswer } from './reader-answer.ts';

const ground = {
  issue:
    '- [ ] Add prices\n- [ ] Let people pay once the prices are there\n- [ ] Last, tidy the cart\n',
  files: new Set(['src/cart.js']),
  ordinals: [1, 2, 3],
};

function read(answer: object) {
  const found = readAnswer(JSON.stringify(answer), ground);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

const words = 'once the prices are there';

test('a proposal is kept whose words, file and tasks are there', () => {
  expect(
    read({
      orders: [{ task: 2, after: 1, words }],
      files: [{ task: 3, path: 'src/cart.js', words: 'cart' }],
      sizes: [{ task: 3, minutes: 40, words: 'Last, tidy' }],
      collisions: [{ tasks: [3, 2], path: 'src/cart.js', words: 'tidy the cart' }],
    }),
  ).toEqual({
    proposals: [
      { kind: 'order', task: 2, after: 1, words },
      { kind: 'file', task: 3, path: 'src/cart.js', words: 'cart' },
      { kind: 'size', task: 3, minutes: 40, words: 'Last, tidy' },
      { kind: 'collision', tasks: [2, 3], path: 'src/cart.js', words: 'tidy the cart' },
    ],
    dropped: [],
  });
});

test.each([
  ['words-not-in-issue', { orders: [{ task: 2, after: 1, words: 'after the prices' }] }],
  ['words-not-in-issue', { orders: [{ task: 2, after: 1, words: 'prices' }] }],
  ['words-not-in-issue', { orders: [{ task: 2, after: 1, words: '' }] }],
  ['words-not-in-issue', { files: [{ task: 3, path: 'src/cart.js', words: 'the' }] }],
  ['no-such-file', { files: [{ task: 3, path: 'src/none.js', words }] }],
  ['no-such-file', { files: [{ task: 3, path: '../../etc/passwd', words }] }],
  ['no-such-file', { collisions: [{ tasks: [1, 2], path: 'src/', words }] }],
  ['no-such-task', { orders: [{ task: 2, after: 9, words }] }],
  ['no-such-task', { orders: [{ task: 2, after: 2, words }] }],
  ['no-such-task', { collisions: [{ tasks: [2, 2], path: 'src/cart.js', words }] }],
  ['form', { orders: [{ task: '2', after: 1, words }] }],
  ['form', { orders: [{ task: 2, after: 1 }] }],
  ['form', { orders: ['2 after 1'] }],
  ['form', { sizes: [{ task: 1, minutes: 0, words }] }],
  ['form', { sizes: [{ task: 1, minutes: 1e9, words }] }],
  ['form', { orders: [{ task: 2, after: 1, words: words.repeat(100) }] }],
])('as %s, %j is dropped', (why, answer) => {
  expect(read(answer)).toEqual({ proposals: [], dropped: [{ why, count: 1 }] });
});

test('one bad item leaves the others', () => {
  const { proposals, dropped } = read({ orders: [null, { task: 2, after: 1, words }] });
  expect(proposals).toHaveLength(1);
  expect(dropped).toEqual([{ why: 'form', count: 1 }]);
});

test('what nobody asked for is not looked at', () => {
  expect(read({ verdict: 'proceed', forbidden: ['src/'] })).toEqual({ proposals: [], dropped: [] });
});

test('what says the same twice counts once', () => {
  const params = { task: 2, after: 1, words };
  expect(read({ orders: [params, { ...params, words: 'people pay' }] }).proposals).toEqual([
    { kind: 'order', ...params },
  ]);
});

test('of a thousand only so many are read', () => {
  const orders = Array.from({ length: 1_000 }, () => ({ task: 2, after: 1, words }));
  expect(read({ orders }).dropped).toEqual([{ why: 'too-many', count: 900 }]);
});

test.each([
  '',
  'Sure! Here it is: {}',
  '[]',
  'null',
  '{"orders": 1}',
  '{"orders": [',
  '{} and more',
  `{"x": "${'a'.repeat(200_000)}"}`,
])('%.30j is no answer', (text) => {
  expect(readAnswer(text, ground)).toMatchObject({ ok: false });
});

test('JSON in a fence is an answer', () => {
  expect(readAnswer('```json\n{"orders": []}\n```\n', ground)).toMatchObject({ ok: true });
});
