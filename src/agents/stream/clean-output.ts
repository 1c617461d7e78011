import { withoutSequences } from '../../model/text/without-sequences.ts';

// Everything that moves a cursor, rings a bell or turns the direction; tabs and line feeds are harmless.
const controls = /(?![\t\n])\p{Cc}|[\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/** Text of a program as it may be shown and kept: no escape sequences, control characters or turns of direction. */
export function cleanOutput(text: string): string {
  return withoutSequences(text).replaceAll('\r\n', '\n').replace(controls, '');
}

/** The same on one line of at most `maxChars`, with an ellipsis where something was left off. */
export function oneLine(text: string, maxChars: number): string {
  // Nothing far beyond the limit can show: a megabyte need not be cleaned for 200 characters.
  const near = cleanOutput(text.slice(0, maxChars * 20));
  return shorten(near.replaceAll(/\s+/gu, ' ').trim(), maxChars);
}

/** The first `maxChars` of a text, with an ellipsis where something was left off; never half a character. */
export function shorten(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${text.slice(0, maxChars - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The last `maxChars` of a text, with an ellipsis where something was left off; never half a character. */
export function shortenStart(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `…${text.slice(1 - maxChars).replace(/^[\uDC00-\uDFFF]/, '')}`;
}

/** The beginning and the end of a text, with an ellipsis between them where something was left out; never half a character. */
export function shortenMiddle(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const end = Math.floor(maxChars / 2);
  return `${shorten(text, maxChars - end)}${text.slice(-end).replace(/^[\uDC00-\uDFFF]/, '')}`;
}
