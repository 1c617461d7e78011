import { expect, test } from 'vitest';
import { tickItem } from './tick-item.ts';

const text = ['# Cart', '', '- [ ] Add the `API`', '- [ ] Add the API docs', '* [x] Done', ''].join(
  '\n',
);

test('an item is ticked at its place, whatever marks are in its words', () => {
  expect(tickItem(text, { line: 3, title: 'Add the API' })).toBe(
    text.replace('[ ] Add the `API`', '[x] Add the `API`'),
  );
});

test('an item that is ticked already is left, and no other one is taken for it', () => {
  const once = tickItem(text, { line: 3, title: 'Add the API' });
  expect(tickItem(once, { line: 3, title: 'Add the API' })).toBe(once);
  expect(tickItem(once, { line: 9, title: 'Add the API docs' })).toContain('[x] Add the API docs');
});

test('an item whose line has moved is found by its words', () => {
  const moved = `A new line\n${text}`;
  expect(tickItem(moved, { line: 4, title: 'Add the API docs' })).toContain(
    '- [x] Add the API docs',
  );
});

test('of two items with the same words none is guessed', () => {
  const twice = '- [ ] Add it\n- [ ] Add it: again\n';
  expect(tickItem(twice, { line: 7, title: 'Add it' })).toBe(twice);
  expect(tickItem(twice, { line: 2, title: 'Add it' })).toBe('- [ ] Add it\n- [x] Add it: again\n');
});

test('line ends stay as they are, and a reference is a title', () => {
  expect(tickItem('- [ ] #4 One\r\n- [ ] #45\r\n', { line: 2, title: '#45' })).toBe(
    '- [ ] #4 One\r\n- [x] #45\r\n',
  );
  expect(tickItem('1. [ ] #45\n', { line: 1, title: '#4' })).toBe('1. [ ] #45\n');
});
