import { expect, test } from 'vitest';
import { parseIssue } from '../parse-issue.ts';
import { withNumbers } from './with-numbers.ts';

const text = `# Shop

- [ ] Add the cart
- [ ] Add the till, after task 3
- [x] Add the door
- [ ] Add the shelf, after task 1
- [ ] Add the lamp. It comes after the previous task.
`;

test('items have the numbers of a run, and so have those that the text names', () => {
  const parsed = parseIssue(text);
  if (!parsed.ok) throw new Error('The issue has tasks');
  // The till was put between tasks of a run that knew four.
  const numbers = new Map([
    [1, 1],
    [2, 5],
    [3, 2],
    [4, 3],
    [5, 4],
  ]);
  const { tasks, skipped, orders = [] } = withNumbers(parsed.value, numbers);
  expect(tasks.map(({ ordinal, title }) => [ordinal, title.split(',')[0]])).toEqual([
    [1, 'Add the cart'],
    [5, 'Add the till'],
    [3, 'Add the shelf'],
    [4, expect.stringContaining('Add the lamp')],
  ]);
  expect(skipped.map(({ ordinal }) => ordinal)).toEqual([2]);
  const pairs = orders.map(({ task, on }) => `${task} after ${on}`).toSorted();
  expect(pairs).toEqual(['3 after 1', '4 after 3', '5 after 3']);
});

test('an issue whose items have their places for numbers stays as it is', () => {
  const parsed = parseIssue(text);
  if (!parsed.ok) throw new Error('The issue has tasks');
  const same = new Map([1, 2, 3, 4, 5].map((place) => [place, place]));
  expect(withNumbers(parsed.value, same)).toBe(parsed.value);
});
