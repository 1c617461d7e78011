import { widthOf } from './text-width.ts';

/**
 * Breaks one line between its words, so that none is wider than this many columns; all but the first are indented. A word
 * that is wider than a line stays whole: half a path cannot be copied.
 */
export function wrapLine(line: string, width: number | null, indent: number): string[] {
  if (width === null || widthOf(line) <= width) return [line];
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\S) +/u)) {
    if (current !== '' && widthOf(current) + 1 + widthOf(word) > width) {
      lines.push(current);
      current = `${' '.repeat(indent)}${word}`;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
