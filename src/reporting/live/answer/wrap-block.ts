import sliceAnsi from 'slice-ansi';
import { plainBlock } from '../../../model/text/plain-text.ts';
import { widthOf } from '../text-width.ts';
import { wrapLine } from '../wrap-line.ts';

/** Text of others in lines of so many columns at most, without what a terminal would obey; longer words are broken. */
export function wrapBlock(text: string, width: number): string[] {
  const room = Math.max(1, width);
  return plainBlock(text)
    .replaceAll('\t', ' ')
    .split('\n')
    .flatMap((line) => wrapLine(line.trim(), room, 0))
    .flatMap((line) => broken(line, room));
}

function broken(line: string, room: number): string[] {
  if (widthOf(line) <= room) return [line];
  const head = sliceAnsi(line, 0, room);
  // A character that is wider than the line stands alone in one.
  const taken = head === '' ? (Array.from(line)[0] ?? '') : head;
  return [taken, ...broken(line.slice(taken.length), room)];
}
