import type { Complexity } from '../../model/plan/plan.ts';

/** What an author says about a task's size in figures, as in the user guide's table; null where they say nothing. */
export type StatedSize = {
  readonly minutes: number | null;
  readonly files: number | null;
  readonly loc: number | null;
  readonly tests: number | null;
  readonly complexity: Complexity | null;
};

const span = String.raw`(\d{1,4}(?:\.\d)?)\s*(h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?)\b`;
const estimate = new RegExp(
  String.raw`\b(?:est(?:imate[ds]?|\.)?(?:\s+time)?|effort)\s*[:=|]?\s*(?:about\s*)?~?\s*${span}`,
  'iu',
);
/** The whole title, its end, or alone in brackets: `Rewrite the parser (60min)`, `Parser: 60 minutes`. */
const inTitle = new RegExp(
  String.raw`(?:^|[([:–—-]\s*|~\s*)~?${span}(?:\s*\([^)]*\))?[)\]]?\s*$`,
  'iu',
);
/** Alone in brackets where the text behind a bold title begins: `**Rewrite the parser** (60min): Begin with …`. */
const behindTitle = new RegExp(String.raw`^.*\n\s*[([]\s*~?${span}\s*[)\]]`, 'iu');

/** Figures stand near the beginning, and no title with one is longer. */
const longestText = 20_000;
const longestTitle = 500;

/** Runs of white space are one sign: the patterns have room for some in several places, which is cubic in their length. */
function squeezed(text: string): string {
  return text.replaceAll(/\s+/gu, (space) => (space.includes('\n') ? '\n' : ' '));
}

/** Reads the figures that an author gives; the text begins with the title, on a line of its own. */
export function readStatedSize(given: string, whole: string): StatedSize {
  const title = given.length > longestTitle ? '' : squeezed(given);
  const text = squeezed(whole.slice(0, longestText));
  const complexity = /\bcomplexity\s*[:=|]?\s*(low|medium|high)\b/iu.exec(text)?.[1];
  return {
    minutes:
      minutesIn(inTitle.exec(title)) ??
      minutesIn(behindTitle.exec(text)) ??
      minutesIn(estimate.exec(text)),
    files: figure(text, /\bfiles\s*[:=]\s*(\d{1,3})\b/iu),
    loc: figure(text, /\b(?:LOC(?:\s+est\.?)?|lines(?: of code)?)\s*[:=]\s*~?(\d{1,5})\b/iu),
    tests: figure(text, /\btests\s*[:=]\s*(\d{1,3})\b/iu),
    complexity: complexity === undefined ? null : (complexity.toLowerCase() as Complexity),
  };
}

function minutesIn(match: RegExpExecArray | null): number | null {
  if (match === null) return null;
  const amount = Number(match[1]) * (/^h/iu.test(match[2] ?? '') ? 60 : 1);
  return amount > 0 ? Math.min(amount, 2_000) : null;
}

function figure(text: string, pattern: RegExp): number | null {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}
