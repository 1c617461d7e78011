import type { CheckResult } from '../../model/failure/failure.ts';
import { clueOf } from '../../diagnosis/clue-of.ts';
import { plainText } from '../../model/text/plain-text.ts';

/** As many as can be read at a glance. */
const mostLines = 12;
/** This many lines before the telling one say where it is. */
const linesBefore = 3;
const longestLine = 300;

/**
 * The lines of a check's output that say what failed, as plain text: those around the telling line, or otherwise the last
 * ones. None of a check that passed.
 */
export function failingLines(check: CheckResult): readonly string[] {
  const { state, excerpt } = check;
  if (state === 'passed') return [];
  const lines = excerpt
    .split('\n')
    .map((line) => plainText(line, longestLine))
    .filter((line) => line.trim() !== '');
  const clue = plainText(clueOf(check).line, longestLine).trim();
  const telling = clue === '' ? -1 : lines.findIndex((line) => line.includes(clue));
  if (telling === -1) return lines.slice(-mostLines);
  const start = Math.max(0, Math.min(telling - linesBefore, lines.length - mostLines));
  return lines.slice(start, start + mostLines);
}
