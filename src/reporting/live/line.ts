import { styleText } from 'node:util';
import { fitWidth, widthOf } from './text-width.ts';

/** What a piece of text means to the reader; colour follows from it. */
export type Tone = 'plain' | 'quiet' | 'strong' | 'good' | 'bad' | 'busy' | 'warning';

/** A piece of a line. Its text is plain (see `plainText`). */
export type Cell = {
  readonly text: string;
  readonly tone: Tone;
  /** Columns that it takes, cut or filled; as many as its text needs when left out. */
  readonly width?: number;
  readonly align?: 'left' | 'right';
};

/** Joins cells, two columns apart, into a line that never takes more than `width` columns (`Infinity`: as many as it needs). */
export function renderLine(
  cells: readonly Cell[],
  { width, isColour }: { width: number; isColour: boolean },
): string {
  let line = '';
  let room = width;
  for (const [index, cell] of cells.entries()) {
    const gap = index === 0 ? 0 : 2;
    const size = Math.min(cell.width ?? widthOf(cell.text), room - gap);
    if (size <= 0) break;
    line += ' '.repeat(gap) + renderCell(cell, size, isColour);
    room -= gap + size;
  }
  return line.trimEnd();
}

/** A line with one cell at its left end and one at its right end; the left one is cut where both do not fit. */
export function renderEnds(
  left: Cell,
  right: Cell,
  space: { width: number; isColour: boolean },
): string {
  if (space.width === Infinity)
    return renderLine(right.text === '' ? [left] : [left, right], space);
  const rest = Math.max(0, space.width - widthOf(right.text) - 2);
  return renderLine([{ ...left, width: rest }, right], space);
}

function renderCell({ text, tone, align }: Cell, size: number, isColour: boolean): string {
  const fitted = fitWidth(text, size);
  const filling = ' '.repeat(size - widthOf(fitted));
  const painted = isColour ? paint(tone, fitted) : fitted;
  return align === 'right' ? filling + painted : painted + filling;
}

const colours = {
  quiet: 'dim',
  strong: 'bold',
  good: 'green',
  bad: 'red',
  busy: 'cyan',
  warning: 'yellow',
} as const;

function paint(tone: Tone, text: string): string {
  return tone === 'plain' || text === ''
    ? text
    : styleText(colours[tone], text, { validateStream: false });
}
