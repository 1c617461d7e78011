/** Text that the Markdown parser reads in bounded time, with the way back to the author's lines. */
export type BoundedText = {
  readonly text: string;
  /** The author's line of a line of `text`; both count from 1. */
  readonly lineOf: (line: number) => number;
};

const MAX_PARAGRAPH_LINES = 1000;
/** Lists and quotations in one another that are read; more of them cost the parser its stack. */
export const MAX_NESTING = 30;
const MARKER = String.raw`[ \t]*(?:>|\[\^[^\]\s]{1,99}\]:|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))`;
const TOO_DEEP = new RegExp(`^((?:${MARKER}){${MAX_NESTING}})(?:${MARKER})+`, 'gm');
const TOO_FAR = /^[ \t]{60,}(?=(?:>|[-*+]|\d{1,9}[.)])(?:[ \t]|$))/gm;
const PROSE_LINE = /^ {0,3}(?![-+>#|<`~]|\*[ \t]|\d{1,9}[.)]|\[\^)\S/u;

/**
 * Makes line ends `\n` and removes the two shapes that cost the parser its stack or quadratic
 * time: containers nested very deep, and paragraphs of thousands of lines.
 */
export function boundText(markdown: string): BoundedText {
  const text = markdown
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .replace(TOO_FAR, ' '.repeat(60))
    .replace(TOO_DEEP, '$1');
  const { lines, added } = breakLongParagraphs(text.split('\n'));
  return {
    text: lines.join('\n'),
    lineOf: (line) => line - added.filter((other) => other <= line).length,
  };
}

function breakLongParagraphs(source: readonly string[]): { lines: string[]; added: number[] } {
  const lines: string[] = [];
  const added: number[] = [];
  let run = 0;
  let isInComment = false;
  for (const line of source) {
    run = PROSE_LINE.test(line) ? run + 1 : 0;
    // A comment that is cut in two would no longer be one, and become visible.
    if (run > MAX_PARAGRAPH_LINES && !isInComment) {
      lines.push('');
      added.push(lines.length);
      run = 1;
    }
    lines.push(line);
    if (line.includes('--')) isInComment = line.lastIndexOf('<!--') > line.lastIndexOf('-->');
    else if (run === 0) isInComment = false;
  }
  return { lines, added };
}
