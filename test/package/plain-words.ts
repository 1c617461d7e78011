/** A turn of phrase that is not written here, and what to write instead. */
type Rule = {
  readonly pattern: RegExp;
  readonly write: string;
  /** Whether it holds for the names of code and for pages of the past, too. */
  readonly isEverywhere?: boolean;
};

/** A place where one was written. */
export type Oddity = { readonly line: number; readonly found: string; readonly write: string };

/** Before a noun `round`: a round of attempts, the same round, its newest round. */
const ofANoun = String.raw`(?:an?|the|one|this|that|each|every|next|first|second|last|new|newest|same|another|failed|its|no|per|of|by) `;

const rules: readonly Rule[] = [
  {
    // By humps, so that `recommend`, `amend` and `trimEnd` are left alone. Scripts read two fields that keep their names:
    // `mended` of `metrics --json`, and `mend`, which stands next to `fix` in `doctor --json`.
    pattern:
      /(?<![A-Za-z`]|fix, )mend(?:s|ing)?(?![a-z]|: one.fix)|(?<![A-Z])Mend(?:s|ed|ing)?(?![a-z])|(?<![\w`'".])mended(?![\w`'"]|\s*(?:[:,}]|===))/gu,
    write: 'fix',
    isEverywhere: true,
  },
  { pattern: /\b(?:is|are|was|were) to (?:be|have)\b/giu, write: 'must, should, or will' },
  {
    pattern: /\b(?:is|are|was|were|be|been|gets?) told\b(?! (?:not )?(?:to|apart)\b)/giu,
    write: 'is reported, is shown',
  },
  { pattern: /\b(?:tells?|told) of\b/giu, write: 'reports, mentions, is about' },
  {
    pattern:
      /\b(?:tells?|told) (?:no|nothing|anything|nobody)\b|\b(?:agent|nobody|provider) told\b/giu,
    write: 'says, reports',
  },
  { pattern: /\blean(?:s|ed|ing)? on\b/giu, write: 'depends on' },
  { pattern: /\b(?:tak(?:e|es|en|ing)|took) (?:them |it )?away\b/giu, write: 'remove' },
  { pattern: /\banew\b/giu, write: 'again' },
  {
    pattern: new RegExp(
      String.raw`(?<!\b${ofANoun})\bround (?:an?|the|it|its|them|him|her|our|us|agents?)\b`,
      'giu',
    ),
    write: 'around',
  },
  { pattern: /\bbeside\b/giu, write: 'next to, besides, in addition to' },
  { pattern: /\bwho(?:m)?ever\b/giu, write: 'anyone who, the user, no matter who' },
  { pattern: /(?:^|[.:;] )Whom\b/gu, write: 'a sentence with a subject' },
  { pattern: /\bmust be had\b|\bto be had\b/giu, write: 'is available' },
  { pattern: /\ball the same\b/giu, write: 'anyway' },
];

/** The lines of a text that hold what is not written here; `isOld` text is searched for the worst alone. */
export function findOddities(lines: readonly string[], isOld = false): Oddity[] {
  const wanted = rules.filter(({ isEverywhere }) => !isOld || isEverywhere);
  return lines.flatMap((text, index) =>
    wanted.flatMap(({ pattern, write }) =>
      [...text.matchAll(pattern)].map(([found]) => ({ line: index + 1, found, write })),
    ),
  );
}

/**
 * The lines of a test that people read as prose: its comments and the names of its tests. What it gives to the program
 * is data, and stays as it is; its other lines are empty here, so that line numbers hold.
 */
export function proseOfTest(text: string): string[] {
  const name = /^\s*(?:(?:test|describe)\b.*\(|[\])].*\)\()\s*(?<words>['"`].*)?$/u;
  const isComment = /^\s*(?:\/\/|\/?\*)/u;
  const lines = text.split('\n');
  return lines.map((line, at) => {
    const isBelowOpening = /^\s*(?:test|describe)\b[^'"`]*\($|\)\($/u.test(lines[at - 1] ?? '');
    return isComment.test(line) || name.test(line) || isBelowOpening ? line : '';
  });
}

/** A document without its tables of what is not written, which have a column `Not`; line numbers hold. */
export function proseOfDocument(text: string): string[] {
  let isInTable = false;
  return text.split('\n').map((line) => {
    isInTable = line.startsWith('|') && (isInTable || /\| Not +\|/u.test(line));
    return isInTable ? '' : line;
  });
}
