import { expect, test } from 'vitest';
import { openVisibleDiff } from './visible-diff.ts';

const source = [
  'diff --git "a/\\033x" b/a.txt',
  '--- a/a.txt',
  '+++ b/a.txt',
  '@@ -1 +1 @@ title \u001b]0;T\u0007',
  '-old\u001b[8mhidden',
  '+new \u202Egnp\u0090\u007f\r',
  ' \ttab \u{e0041}',
  '\\ No newline at end of file',
].join('\n');

function shown(text: string, width: number, isColour = false): string {
  const diff = openVisibleDiff(isColour);
  let out = '';
  for (let at = 0; at < text.length; at += width) out += diff.push(text.slice(at, at + width));
  return out + diff.flush();
}

test('what a terminal would obey is shown by a sign, however the text is cut', () => {
  const expected = [
    'diff --git "a/\\033x" b/a.txt',
    '--- a/a.txt',
    '+++ b/a.txt',
    '@@ -1 +1 @@ title ␛]0;T␇',
    '-old␛[8mhidden',
    '+new <U+202E>gnp<U+0090>␡',
    ' \ttab <U+E0041>',
    '\\ No newline at end of file',
  ].join('\n');
  for (const width of [2, 7, 1_000]) expect(shown(source, width)).toBe(expected);
});

test('colours are those of git, and only ours', () => {
  const lines = shown(source, 1_000, true).split('\n');
  expect(lines[1]).toBe('\u001b[1m--- a/a.txt\u001b[0m');
  expect(lines[4]).toBe('\u001b[31m-old␛[8mhidden\u001b[0m');
  expect(lines[6]).not.toContain('\u001b');
});
