import { expect, test } from 'vitest';
import { widthOf } from '../text-width.ts';
import {
  editField,
  emptyField,
  fieldLine,
  fieldText,
  type Edit,
  type TextField,
} from './text-field.ts';

/** A text, or the kind of an edit. */
type Step = string;
const keys = new Set<string>([
  ...['left', 'right', 'word-left', 'word-right', 'home', 'end'],
  ...['backspace', 'delete', 'erase-word', 'erase-before', 'erase-after'],
]);

function typed(...steps: readonly Step[]): TextField {
  return steps.reduce<TextField>((field, step) => {
    const edit = keys.has(step) ? { kind: step } : { kind: 'insert', text: step };
    return editField(field, edit as Edit);
  }, emptyField);
}

test.each<[readonly Step[], string]>([
  [['red', 'left', 'left', 'X'], 'rXed'],
  [['red', 'backspace', 'backspace', 'backspace', 'backspace', 'y'], 'y'],
  [['red', 'home', 'delete', 'right', 'X'], 'eXd'],
  [['dark green', 'word-left', 'light '], 'dark light green'],
  [['dark green  ', 'erase-word'], 'dark '],
  [['dark green', 'home', 'word-right', 'erase-after'], 'dark'],
  [['dark green', 'word-left', 'erase-before'], 'green'],
  // What people see as one character is one.
  [['a👩‍👩‍👧', 'backspace', 'b'], 'ab'],
  [['e', '\u0301', 'backspace'], ''],
  [['購物', 'left', 'X'], '購X物'],
  // Nothing that a terminal obeys gets in; line breaks stay.
  [['one\r\ntwo\u001b[2J\u0007\u202e\tend '], 'one\ntwo end '],
])('%j makes %j', (steps, text) => {
  expect(fieldText(typed(...steps))).toBe(text);
});

test('no more is taken in than an answer may have', () => {
  const field = typed('x'.repeat(9_999), 'yy', 'z');
  expect(fieldText(field)).toBe(`${'x'.repeat(9_999)}y`);
});

test.each([1, 2, 3, 7, 20, 80])('in %i columns, the cursor is always seen', (width) => {
  let field = typed('購物車 is a cart of 👩‍👩‍👧, and\nmore than fits in any of the widths');
  for (;;) {
    const { before, under, after } = fieldLine(field, width);
    if (width > 1) expect(widthOf(before + under + after)).toBeLessThanOrEqual(width);
    expect(under).not.toBe('');
    if (field.cursor === 0) break;
    field = editField(field, { kind: 'left' });
  }
  expect(fieldLine(typed('ab\nc', 'left'), 20)).toEqual({ before: 'ab⏎', under: 'c', after: '' });
});
