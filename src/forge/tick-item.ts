import type { IssueItem } from './forge.ts';

const box = /^(\s*(?:[-*+]|\d+[.)])\s+)\[([ xX])\]\s+(.*)$/u;

/** The text with one item ticked; as it was when the item is ticked already, or not to be found for sure. */
export function tickItem(text: string, { line, title }: IssueItem): string {
  const lines = text.split('\n');
  const words = plain(title);
  const stateOf = (at: number): 'open' | 'ticked' | 'other' => {
    const [, , mark, rest = ''] = box.exec((lines[at] ?? '').replace(/\r$/u, '')) ?? [];
    if (mark === undefined || !isMeant(plain(rest), words)) return 'other';
    return mark === ' ' ? 'open' : 'ticked';
  };
  if (stateOf(line - 1) === 'open') return withTick(lines, line - 1);
  if (stateOf(line - 1) === 'ticked') return text;
  // Somebody has edited the text in between: the item is looked for by its words, which must be its alone.
  const found = [...lines.keys()].filter((at) => stateOf(at) !== 'other');
  const [only] = found;
  return only === undefined || found.length > 1 || stateOf(only) === 'ticked'
    ? text
    : withTick(lines, only);
}

function withTick(lines: readonly string[], at: number): string {
  return lines.with(at, (lines[at] ?? '').replace('[ ]', '[x]')).join('\n');
}

/** Whether an item's text begins with these words: a description may follow on its line. */
function isMeant(text: string, words: string): boolean {
  const at = text.indexOf(words);
  if (words === '' || at === -1) return false;
  return !/\w/u.test(text.slice(0, at)) && !/^\w/u.test(text.slice(at + words.length));
}

function plain(text: string): string {
  return text
    .replaceAll(/[`*_~\\]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .toLowerCase();
}
