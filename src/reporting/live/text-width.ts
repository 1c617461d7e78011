const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const emoji = /\p{Emoji_Presentation}|\ufe0f/u;
const unseen = /^[\p{M}\p{Cc}\p{Cf}]/u;

/** The blocks of wide characters (East Asian Width W and F), as ranges of code points. */
const wideBlocks: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

/** How many columns of a terminal plain text takes. */
export function widthOf(text: string): number {
  if (/^[\u0020-\u007e]*$/u.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += clusterWidth(segment);
  return width;
}

/** Cuts plain text to a number of columns, never through a character; what was cut ends in `…`. */
export function fitWidth(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return '';
  let fitted = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    used += clusterWidth(segment);
    if (used > width - 1) break;
    fitted += segment;
  }
  return `${fitted.trimEnd()}…`;
}

/** Fills plain text up to a number of columns with spaces. */
export function padWidth(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

function clusterWidth(cluster: string): number {
  if (unseen.test(cluster)) return 0;
  if (emoji.test(cluster)) return 2;
  const point = cluster.codePointAt(0) ?? 0;
  return wideBlocks.some(([first, last]) => point >= first && point <= last) ? 2 : 1;
}
