import type { ListItem } from 'mdast';
import { rangeOf, type TextRange } from './markdown-document.ts';

/** Collapses white space and control characters, so that the text is one line. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/**
 * The author's Markdown of a range, without the cuts (in order) and without up to `indent` columns
 * of indentation.
 */
export function sourceWithout(input: {
  readonly text: string;
  readonly range: TextRange;
  readonly cuts: readonly TextRange[];
  readonly indent: number;
}): string {
  const pieces: string[] = [];
  let at = input.range.start;
  for (const cut of input.cuts) {
    pieces.push(input.text.slice(at, Math.max(at, lineStart(input.text, cut.start))));
    at = Math.max(at, cut.end);
  }
  pieces.push(input.text.slice(at, input.range.end));
  pieces[0] = hang(pieces[0]!, input.indent);
  return pieces
    .map((piece) => dedent(piece, input.indent))
    .filter((piece) => piece !== '')
    .join('\n\n');
}

/** Takes up to `indent` columns of white space off each line, and blank lines off both ends. */
export function dedent(text: string, indent: number): string {
  const lines = text
    .split('\n')
    .map((line) => (line.trim() === '' ? '' : outdentLine(line, indent)));
  const first = lines.findIndex((line) => line !== '');
  return first === -1 ? '' : lines.slice(first).join('\n').trimEnd();
}

/**
 * The first piece begins in the middle of a line; authors like to align the next lines with the
 * words after the check box, further right than Markdown asks for.
 */
function hang(piece: string, indent: number): string {
  const [first = '', ...next] = piece.split('\n');
  const widths = next
    .filter((line) => line.trim() !== '')
    .map((line) => /^ */.exec(line)![0].length);
  const common = widths.reduce((least, width) => Math.min(least, width), Infinity);
  if (common === Infinity || common <= indent) return piece;
  return [first, ...next.map((line) => line.slice(common - indent))].join('\n');
}

function outdentLine(line: string, indent: number): string {
  let column = 0;
  let at = 0;
  while (column < indent && (line[at] === ' ' || line[at] === '\t')) {
    column = line[at] === '\t' ? column + 4 - (column % 4) : column + 1;
    at += 1;
  }
  return ' '.repeat(Math.max(0, column - indent)) + line.slice(at);
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** The columns before the content of a list item: its own indentation and its marker. */
export function itemIndent(text: string, item: ListItem): number {
  const { start } = rangeOf(item);
  const [, marker = '', space = ''] =
    /^([-*+]|\d{1,9}[.)])([ \t]*)/.exec(text.slice(start, start + 20)) ?? [];
  const column = (item.position?.start.column ?? 1) - 1;
  const after = column + marker.length;
  const width = widthOf(space, after);
  return after + (width > 4 ? 1 : Math.max(1, width));
}

/** The columns that white space takes from a column on; a tab ends at the next multiple of four. */
function widthOf(space: string, column: number): number {
  let at = column;
  for (const one of space) at = one === '\t' ? at + 4 - (at % 4) : at + 1;
  return at - column;
}
