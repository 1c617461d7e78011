import { plainBlock, plainText } from './plain-text.ts';

/*
 * Text that others wrote (agents, commits, files, checks), as Markdown that shows it and means nothing. A backslash
 * takes the meaning from Markdown and HTML. It does not do so for what a forge looks for in the text that comes out of
 * Markdown: `@name` calls a person, `Closes #7` closes an issue, an address becomes a link that counts as a reference.
 * These are broken by a space that has no width. In code a forge looks for none of that.
 */
const breaker = '\u200B';

/** Text as one line of Markdown: safe in a paragraph, a list and a table. */
export function markdownText(text: string, maxLength = 200): string {
  return plainText(text, maxLength)
    .replace(/@(?=[\w-])|#(?=\d)|\bGH-(?=\d)|:(?=\/\/)|\bwww(?=\.)/giu, `$&${breaker}`)
    .replace(/[\\`*_[\]<>|~&#$!@]/gu, String.raw`\$&`)
    .replace(/^(?:[-+=]|\d{1,9}(?=[.)]))/u, escapeStart);
}

/** What would begin a list or underline a heading. */
function escapeStart(sign: string): string {
  return /\d/u.test(sign) ? `${sign}\\` : `\\${sign}`;
}

/** The same for an author's words, in which what they set as code stays so. */
export function authorText(text: string, maxLength = 300): string {
  const parts = plainText(text, maxLength).split(/`([^`]+)`/u);
  return parts.map((part, at) => (at % 2 === 1 ? codeSpan(part) : wordsBetween(part))).join('');
}

/** Text with the spaces that part it from what stands next to it. */
function wordsBetween(text: string): string {
  const [before, after] = [/^\s/u.test(text) ? ' ' : '', /\S\s$/u.test(text) ? ' ' : ''];
  return `${before}${markdownText(text, Number.POSITIVE_INFINITY)}${after}`;
}

/** Text as a code span. Not for tables, where a pipe would still end the cell. */
export function codeSpan(text: string): string {
  const code = withoutMarks(plainText(text, 1000));
  const fence = '`'.repeat(longestTicks(code) + 1);
  const space = /^`|`$/u.test(code) || code === '' ? ' ' : '';
  return `${fence}${space}${code}${space}${fence}`;
}

/** Text as a code span in a table. */
export function codeCell(text: string): string {
  return codeSpan(text).replaceAll('|', String.raw`\|`);
}

/** Text of several lines as a fenced block that nothing in it can close. */
export function fencedBlock(text: string): string {
  const code = withoutMarks(plainBlock(text));
  const fence = '`'.repeat(Math.max(3, longestTicks(code) + 1));
  return `${fence}text\n${code}\n${fence}`;
}

/** Prose as a fenced block: its lines are broken where they would not fit on the page, since code is not wrapped. */
export function fencedProse(text: string): string {
  return fencedBlock(plainBlock(text).split('\n').map(wrapped).join('\n'));
}

const pageWidth = 100;

function wrapped(line: string): string {
  let rest = line;
  const lines: string[] = [];
  while (rest.length > pageWidth) {
    const near = rest.slice(0, pageWidth + 1);
    const space = near.lastIndexOf(' ');
    // A word that is longer than the page stays whole.
    const end = space > 0 ? space : rest.indexOf(' ', pageWidth);
    if (end === -1) break;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  return [...lines, rest].join('\n');
}

/** Code must not hold a hidden mark either: we look for ours in whole texts. */
function withoutMarks(code: string): string {
  return code.replaceAll('<!--', `<!${breaker}--`);
}

function longestTicks(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/gu)) longest = Math.max(longest, run.length);
  return longest;
}
