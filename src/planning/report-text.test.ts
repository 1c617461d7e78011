import { expect, test } from 'vitest';
import { askedPart, isReport, ownWords } from './report-text.ts';

const story =
  'When a customer pays with two cards, the sum on the receipt is not the one that was on the screen a moment before. It is off by the rounding of the second card, as far as one can tell from outside.';

test.each([
  [
    'a trace',
    `${story}\n\n\`\`\`\nTypeError: total is undefined\n    at pay (src/cart.js:3)\n\`\`\``,
  ],
  ['the first person and a question', `${story} Can I do anything about that?`],
  ['the fields of a form', `${story}\n\n**Expected:** the sum. I use version 2.`],
])('a text with %s is a report', (_, text) => {
  const whole = `Wrong sum on the receipt\n${text}`;
  expect(isReport(whole)).toBe(true);
  expect(askedPart(whole)).toBe('Wrong sum on the receipt');
});

test.each([
  ['short', 'Fix the crash in src/cart.js\nI see `TypeError: total is undefined`. Why?'],
  ['a long story without a sign', `Change the rounding\n${story}`],
  [
    'an assignment that speaks of errors',
    `Name the card in the error\n${story} Say which versions fail.`,
  ],
  ['an assignment with an example', `Add a format\n${story}\n\n\`\`\`json\n{ "sum": 2 }\n\`\`\``],
])('what is %s is none', (_, text) => {
  expect(isReport(text)).toBe(false);
  expect(askedPart(text)).toBe(text);
});

test('code, output and traces are not the words of the author', () => {
  const text = 'It fails:\n```js\nadd src/a.js\n```\nand then\n    at add (src/b.js)\nFix it.';
  expect(ownWords(text).split(/\s+/u)).toEqual(['It', 'fails:', 'and', 'then', 'Fix', 'it.']);
});
