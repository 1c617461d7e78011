import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { withoutSequences } from './without-sequences.ts';

test.each([
  ['colours', '\u001b[1;31mred\u001b[0m and \u009b4mmore\u009b0m', 'red and more'],
  ['cursor movements', 'a\u001b[2J\u001b[10;5Hb\u001b[?25l', 'ab'],
  ['titles, ended by BEL or by ST', '\u001b]0;a title\u0007one\u001b]2;t\u001b\\two', 'onetwo'],
  ['links', '\u001b]8;;https://example.com\u0007here\u001b]8;;\u0007', 'here'],
  ['the clipboard', '\u001b]52;c;cHduZWQ=\u0007x', 'x'],
  ['device control strings', '\u001bPq#0;2\u001b\\x\u0090abc\u009cy', 'xy'],
  ['character sets and resets', '\u001b(Ba\u001bcb\u001b7', 'ab'],
  ['an unended string, whose words stay', '\u001b]0;words\nnext', '0;words\nnext'],
  ['what is torn', 'a\u001b[12', 'a'],
])('takes out %s', (_what, source, shown) => {
  expect(withoutSequences(source)).toBe(shown);
});

test('takes out what Node takes out of a program’s colours', () => {
  const source = '\u001b[38;5;196mred\u001b[39m \u001b[1mbold\u001b[22m plain';
  expect(withoutSequences(source)).toBe(stripVTControlCharacters(source));
});

// Node's own needs 79 s for 300 KB of some of these.
test.each(
  [
    '\u001b]',
    '\u001b]a',
    '\u001b];',
    '\u001b[',
    '\u001b[1;',
    '\u009b',
    '\u001b',
    '\u001b(',
    '\u001bP',
  ].flatMap((piece) => [piece.repeat(1_500_000), `${piece}${'a;'.repeat(1_500_000)}`]),
)('is linear (%#)', (source) => {
  const start = performance.now();
  expect(withoutSequences(source).length).toBeLessThanOrEqual(source.length);
  expect(performance.now() - start).toBeLessThan(5_000);
});
