import { expect, test } from 'vitest';
import { readStatedSize } from './stated-size.ts';

test.each([
  ['Rewrite the parser (60min)', '', 60],
  ['Rewrite the parser: 1.5 hours', '', 90],
  ['Rewrite the parser (~2h)', '', 120],
  ['Rewrite the parser', '(60min): Begin with the lexer', 60],
  ['Rewrite the parser', 'Est Time: 15min', 15],
  ['Rewrite the parser', 'Estimate: about 20 minutes', 20],
])('%s, %s: %i minutes', (title, text, minutes) => {
  expect(readStatedSize(title, `${title}\n${text}`).minutes).toBe(minutes);
});

test.each(['Log out after 30 minutes of silence', 'Keep 5 min of history', 'Add phase 2 (v2)'])(
  '%s states no size',
  (title) => {
    expect(readStatedSize(title, title).minutes).toBeNull();
  },
);

test('a time in brackets further on is about something else', () => {
  const text = 'Log out\nLog out after silence (30 minutes), and say so.';
  expect(readStatedSize('Log out', text).minutes).toBeNull();
});

test('a row of the guide’s table states all of it', () => {
  const text =
    'Auth module\nFiles: 3, LOC Est: 200, Tests: 10, Complexity: Medium, Est Time: 15min';
  expect(readStatedSize('Auth module', text)).toEqual({
    minutes: 15,
    files: 3,
    loc: 200,
    tests: 10,
    complexity: 'medium',
  });
});
