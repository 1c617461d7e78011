import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';

/** How many columns of a terminal plain text takes. */
export function widthOf(text: string): number {
  return /^[\u0020-\u007e]*$/u.test(text) ? text.length : stringWidth(text);
}

/** Cuts plain text to a number of columns, never through a character; what was cut ends in `…`. */
export function fitWidth(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width <= 0 ? '' : `${sliceAnsi(text, 0, width - 1).trimEnd()}…`;
}

/** Fills plain text up to a number of columns with spaces. */
export function padWidth(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}
