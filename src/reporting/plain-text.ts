import { withoutSequences } from '../model/without-sequences.ts';

/** Controls and invisible format characters (bidi overrides, tags, zero-width spaces), but not white space and joiners. */
const unseen = /[[\p{Cc}\p{Cf}]--[\s\u200c\u200d]]/gv;
const unseenInBlock = /[[\p{Cc}\p{Cf}]--[\n\t\u200c\u200d]]/gv;

/**
 * Makes text out of issues and agents safe to show: one line, no terminal sequences, no controls, nothing that turns
 * the reading direction. Longer text is cut to `maxLength` code points, the last of which is then `…`.
 */
export function plainText(text: string, maxLength: number): string {
  const line = withoutSequences(text)
    .replace(unseen, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .toWellFormed();
  const points = Array.from(line);
  return points.length <= maxLength
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
