import { withoutSequences } from './without-sequences.ts';

/** Controls and invisible format characters (bidi overrides, tags, zero-width spaces), but not white space and joiners. */
const unseen = /[[\p{Cc}\p{Cf}]--[\s\u200c\u200d]]/gv;
const unseenInBlock = /[[\p{Cc}\p{Cf}]--[\n\t\u200c\u200d]]/gv;

/**
 * Makes text out of issues and agents safe to show: one line, no terminal sequences, no controls, nothing that turns
 * the reading direction. Longer text is cut to `maxLength` code points, the last of which is then `…`.
 */
export function plainText(text: string, maxLength: number): string {
  // Nothing far beyond the limit can show: a megabyte need not be cleaned for 200 characters.
  const near = text.slice(0, maxLength * 20 + 4_096);
  const line = withoutSequences(near)
    .replace(unseen, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .toWellFormed();
  const points = Array.from(line);
  return points.length <= maxLength && near.length === text.length
    ? line
    : `${points
        .slice(0, Math.max(0, maxLength - 1))
        .join('')
        .trimEnd()}…`;
}

/** The same for text of several lines, such as a check's output: line breaks and tabs stay, nothing is cut. */
export function plainBlock(text: string): string {
  return withoutSequences(text)
    .replace(/\r\n?/gu, '\n')
    .replace(unseenInBlock, '')
    .toWellFormed()
    .trimEnd();
}

/** Controls, and what turns the reading direction or breaks a line unseen. */
const forbidden = /[[\p{Cc}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]--[\n\t]]/gv;

/** A whole document without anything that a terminal obeys; what cannot be seen and does no harm stays. */
export function withoutControls(text: string): string {
  return withoutSequences(text).replace(/\r\n?/gu, '\n').replace(forbidden, '').toWellFormed();
}

/** A value as JSON that holds no such character: in quotes, as JSON writes it. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replace(
    forbidden,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
