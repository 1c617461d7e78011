import { expect, test } from 'vitest';
import { readAnswers } from './read-answers.ts';

test.each([
  ['/answer 3 red', [[3, 'red']]],
  ['  \n/Answer #3: dark green\n', [[3, 'dark green']]],
  ['/answer 3\nTwo lines,\nno less\r\n', [[3, 'Two lines,\nno less']]],
  ['> Which?\n>\n> asked Flotilla\n\n/answer 3 red', [[3, 'red']]],
  [
    '/answer 1 red\n/answer 2 a\nb',
    [
      [1, 'red'],
      [2, 'a\nb'],
    ],
  ],
  ['/answer', [[null, '']]],
  ['/answer red', [[null, 'red']]],
  ['/answer 3red', [[null, '3red']]],
  ['/answer 12345678901 x', [[null, '12345678901 x']]],
  ['/answer 3', [[3, '']]],
  ['/answer 3 \u001B[31mred\u001B[0m\u202E', [[3, 'red']]],
])('%j is read as %j', (body, expected) => {
  expect(readAnswers(body).map(({ question, text }) => [question, text])).toEqual(expected);
});

test.each([
  '',
  'red',
  'I would say\n/answer 3 red',
  '/answers 3 red',
  '/answer-3 red',
  '> /answer 3 red',
  '`/answer 3 red`',
  '## Flotilla\n/answer 3 red',
])('%j is no answer', (body) => {
  expect(readAnswers(body)).toEqual([]);
});

test('what is long is read in time, and no comment answers without end', () => {
  const start = performance.now();
  expect(readAnswers(`/answer 3 ${' \n>'.repeat(500_000)}`)).toHaveLength(1);
  expect(readAnswers('>\n'.repeat(500_000))).toEqual([]);
  expect(readAnswers('/answer 3 x\n'.repeat(100_000))).toHaveLength(20);
  expect(performance.now() - start).toBeLessThan(5_000);
});
