import { expect, test } from 'vitest';
import { createKeyReader, type Key } from './key-reader.ts';

const insert = (text: string): Key => ({ kind: 'insert', text });

test.each<[string, readonly Key[]]>([
  ['red\r', [insert('red'), { kind: 'enter' }]],
  ['grün 購 👩‍👩‍👧', [insert('grün 購 👩‍👩‍👧')]],
  [
    '\u001b[A\u001bOB\t\u001b[Z',
    (['previous', 'next', 'next', 'previous'] as const).map((kind) => ({ kind })),
  ],
  [
    '\u001b[3~\u007f\u0017\u001bb',
    (['delete', 'backspace', 'erase-word', 'word-left'] as const).map((kind) => ({ kind })),
  ],
  ['\u001b[5~\u001b[6~', [{ kind: 'page-up' }, { kind: 'page-down' }]],
  ['\u0003', [{ kind: 'interrupt' }]],
  // What nobody knows is nothing: a mouse, a function key, a focus.
  ['\u001b[<0;10;10M\u001b[15~\u001b[I\u0007x', [insert('x')]],
  ['\u001b\r', [insert('\n')]],
  ['one\rtwo\r', [insert('one'), insert('\n'), insert('two'), { kind: 'enter' }]],
])('%j is read as keys', (text, keys) => {
  expect(createKeyReader().read(text)).toEqual(keys);
});

test('what is pasted is one text, also with keys in it, and however it comes', () => {
  const sent = '\u001b[200~one\r\u0003two\u001b[201~\r';
  const wanted = [insert('one\r\u0003two'), { kind: 'enter' }];
  for (let at = 0; at <= sent.length; at += 1) {
    const reader = createKeyReader();
    const first = reader.read(sent.slice(0, at));
    expect([...first, ...reader.read(sent.slice(at))], `cut at ${at}`).toEqual(wanted);
  }
  const bytes = createKeyReader();
  expect(Array.from(sent).flatMap((one) => bytes.read(one))).toEqual(wanted);
});

test('an Escape is one only when nothing follows', () => {
  const reader = createKeyReader();
  expect(reader.read('\u001b')).toEqual([]);
  expect(reader.isUnfinished()).toBe(true);
  expect(reader.read('[D')).toEqual([{ kind: 'left' }]);
  expect(reader.isUnfinished()).toBe(false);
  expect(reader.read('\u001b')).toEqual([]);
  expect(reader.finish()).toEqual([{ kind: 'escape' }]);
  expect(reader.read('x')).toEqual([insert('x')]);
  expect(reader.read('\u001b\u001b')).toEqual([{ kind: 'escape' }]);
});

test('a paste without an end is bounded', () => {
  const reader = createKeyReader();
  reader.read('\u001b[200~');
  for (let count = 0; count < 100; count += 1) reader.read('x'.repeat(1_000));
  const [key] = reader.read('\u001b[201~');
  expect(key).toEqual(insert('x'.repeat(20_000)));
});
