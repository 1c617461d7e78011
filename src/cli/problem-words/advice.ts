import { plainText } from '../../model/text/plain-text.ts';

/** What a user reads about a problem: what is wrong, and what to do next. */
export type Advice = {
  readonly message: string;
  readonly next: readonly string[];
  readonly exitCode: number;
};

/** Only the head of a long list is shown. */
export function firstOf(lines: readonly string[]): string[] {
  const shown = lines.slice(0, 8).map((line) => `  ${plainText(line, 300)}`);
  return lines.length > 8 ? [...shown, `  … and ${lines.length - 8} more`] : shown;
}

/** A problem and what to do next, a line each. */
export function advice(exitCode: number, message: string, ...next: readonly string[]): Advice {
  return { exitCode, message, next };
}
