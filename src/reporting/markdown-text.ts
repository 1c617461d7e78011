import { plainBlock, plainText } from './plain-text.ts';

/** Untrusted text as one line of Markdown that shows it and means nothing: safe in a paragraph, a list and a table. */
export function markdownText(text: string, maxLength = 200): string {
  return plainText(text, maxLength).replace(/[\\`*_[\]<>|~&#$!@]/gu, String.raw`\$&`);
}

/** Text as a code span. Not for tables, where a pipe would still end the cell. */
export function codeSpan(text: string): string {
  const code = plainText(text, 1000);
  const fence = '`'.repeat(longestTicks(code) + 1);
  const space = /^`|`$/u.test(code) || code === '' ? ' ' : '';
  return `${fence}${space}${code}${space}${fence}`;
}

/** Text of several lines as a fenced block that nothing in it can close. */
export function fencedBlock(text: string): string {
  const code = plainBlock(text);
  const fence = '`'.repeat(Math.max(3, longestTicks(code) + 1));
  return `${fence}text\n${code}\n${fence}`;
}

function longestTicks(text: string): number {
  return Math.max(0, ...(text.match(/`+/gu) ?? []).map((run) => run.length));
}
