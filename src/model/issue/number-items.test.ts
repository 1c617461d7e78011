import { expect, test } from 'vitest';
import { numberItems } from './number-items.ts';

/** Items as `A`, whose words are their title, or `A/b`, whose text is another one. */
function issue(...words: readonly string[]) {
  return {
    items: words.map((digest, index) => ({ ordinal: index + 1, digest })),
    titles: new Map(words.map((word, index) => [index + 1, word.split('/')[0] ?? ''])),
    common: '',
    background: '',
  };
}

function numbers(before: readonly string[], now: readonly string[]): readonly number[] | null {
  const found = numberItems(issue(...before), issue(...now));
  return found === null ? null : now.map((_, index) => found.get(index + 1) ?? 0);
}

test('an item keeps its number wherever it stands, and new ones get those that follow', () => {
  expect(numbers(['A', 'B'], ['A', 'B'])).toEqual([1, 2]);
  expect(numbers(['A', 'B'], ['A', 'B', 'C'])).toEqual([1, 2, 3]);
  expect(numbers(['A', 'B'], ['X', 'A', 'Y', 'B', 'Z'])).toEqual([3, 1, 4, 2, 5]);
  expect(numbers(['A', 'B', 'C'], ['C', 'A', 'B'])).toEqual([3, 1, 2]);
});

test('what is gone leaves its number free', () => {
  expect(numbers(['A', 'B', 'C'], ['A', 'C'])).toEqual([1, 3]);
  expect(numbers(['A', 'B', 'C'], ['A', 'C', 'D'])).toEqual([1, 3, 4]);
});

test('what was reworded is known by its title, or by where it stands', () => {
  expect(numbers(['A', 'B', 'C'], ['A', 'X', 'B/more', 'C'])).toEqual([1, 4, 2, 3]);
  expect(numbers(['A', 'B', 'C'], ['A', 'B, reworded', 'C', 'D'])).toEqual([1, 2, 3, 4]);
  expect(numbers(['A', 'B'], ['X', 'Y'])).toEqual([1, 2]);
});

test('items of the same words are told apart by their order', () => {
  expect(numbers(['A', 'A'], ['A', 'A', 'A'])).toEqual([1, 2, 3]);
});

test('what is new next to what was reworded is not guessed', () => {
  expect(numbers(['A', 'B'], ['A', 'X', 'Y'])).toBeNull();
  expect(numbers(['A', 'B', 'C'], ['A', 'X'])).toBeNull();
});
