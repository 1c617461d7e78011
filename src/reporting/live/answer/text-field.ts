import { plainBlock } from '../../../model/text/plain-text.ts';
import { widthOf } from '../text-width.ts';

/** One text that somebody types: what they see as characters, and how many of them stand before the cursor. */
export type TextField = {
  readonly characters: readonly string[];
  readonly cursor: number;
};

/** What a key does to a text field. */
export type Edit =
  | { readonly kind: 'insert'; readonly text: string }
  | { readonly kind: 'left' | 'right' | 'word-left' | 'word-right' | 'home' | 'end' }
  | { readonly kind: 'backspace' | 'delete' | 'erase-word' | 'erase-before' | 'erase-after' };

export const emptyField: TextField = { characters: [], cursor: 0 };

/** More is not taken in; an answer has no more anyway. */
const mostChars = 10_000;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function fieldText({ characters }: TextField): string {
  return characters.join('');
}

/** The field after one edit. Inserted text loses what a terminal would obey; its line breaks stay. */
export function editField(field: TextField, edit: Edit): TextField {
  const { characters, cursor } = field;
  const cut = (from: number, to: number): TextField => ({
    characters: [...characters.slice(0, from), ...characters.slice(to)],
    cursor: from,
  });
  const go = (to: number): TextField => ({
    characters,
    cursor: Math.max(0, Math.min(characters.length, to)),
  });
  switch (edit.kind) {
    case 'insert':
      return insert(field, edit.text);
    case 'left':
      return go(cursor - 1);
    case 'right':
      return go(cursor + 1);
    case 'word-left':
      return go(wordStart(field));
    case 'word-right':
      return go(wordEnd(field));
    case 'home':
      return go(0);
    case 'end':
      return go(characters.length);
    case 'backspace':
      return cut(Math.max(0, cursor - 1), cursor);
    case 'delete':
      return { ...cut(cursor, cursor + 1), cursor };
    case 'erase-word':
      return cut(wordStart(field), cursor);
    case 'erase-before':
      return cut(0, cursor);
    case 'erase-after':
      return cut(cursor, characters.length);
  }
}

function insert({ characters, cursor }: TextField, given: string): TextField {
  const room = mostChars - characters.join('').length;
  // The end of the text is no end of lines here: a space that was typed stays.
  const text = plainBlock(`${given}.`)
    .slice(0, -1)
    .replaceAll('\t', ' ')
    .slice(0, Math.max(0, room));
  // What is typed may belong to the character before it: an accent, the second half of a flag.
  const before = segmented(characters.slice(0, cursor).join('') + text);
  return { characters: [...before, ...characters.slice(cursor)], cursor: before.length };
}

function segmented(text: string): string[] {
  return Array.from(segmenter.segment(text.toWellFormed()), ({ segment }) => segment);
}

function wordStart({ characters, cursor }: TextField): number {
  let at = cursor;
  while (at > 0 && isSpace(characters[at - 1])) at -= 1;
  while (at > 0 && !isSpace(characters[at - 1])) at -= 1;
  return at;
}

function wordEnd({ characters, cursor }: TextField): number {
  let at = cursor;
  while (at < characters.length && isSpace(characters[at])) at += 1;
  while (at < characters.length && !isSpace(characters[at])) at += 1;
  return at;
}

function isSpace(character: string | undefined): boolean {
  return character?.trim() === '';
}

/** What is seen of a field in one line: the text before the cursor, the character under it, and the text after it. */
export type FieldLine = {
  readonly before: string;
  readonly under: string;
  readonly after: string;
};

/** Fits a field into so many columns; of a longer text, the part around the cursor is seen. A line break is seen as ⏎. */
export function fieldLine({ characters, cursor }: TextField, width: number): FieldLine {
  const shown = characters.map((character) => (character === '\n' ? '⏎' : character));
  const under = shown[cursor] ?? ' ';
  let room = width - widthOf(under);
  let from = cursor;
  // Half of the line for what is ahead, unless there is less.
  const ahead = Math.min(Math.floor(room / 2), widthOf(shown.slice(cursor + 1).join('')));
  room -= ahead;
  while (from > 0 && widthOf(shown[from - 1] ?? '') <= room) {
    from -= 1;
    room -= widthOf(shown[from] ?? '');
  }
  room += ahead;
  let to = cursor + 1;
  while (to < shown.length && widthOf(shown[to] ?? '') <= room) {
    room -= widthOf(shown[to] ?? '');
    to += 1;
  }
  return {
    before: shown.slice(from, cursor).join(''),
    under,
    after: shown.slice(cursor + 1, to).join(''),
  };
}
