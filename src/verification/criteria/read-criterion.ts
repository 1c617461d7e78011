import type { CoverageMetric } from '../../model/measurement.ts';

/** One thing that a criterion asks for and that something could measure. */
export type Claim =
  /** A command, as the author set it. */
  | { readonly kind: 'command'; readonly command: string }
  /** Tests of a kind pass: `integration`; null: tests as such. */
  | { readonly kind: 'tests-pass'; readonly which: string | null }
  | { readonly kind: 'tests-written'; readonly which: string | null }
  /** Another check passes: its word, such as `lint` or `build`. */
  | { readonly kind: 'check-passes'; readonly which: string }
  | { readonly kind: 'coverage'; readonly metric: CoverageMetric | null; readonly limit: Limit }
  /** Of a tool, when the author names one. */
  | { readonly kind: 'no-warnings'; readonly tool: string | null; readonly isNewOnly: boolean }
  | { readonly kind: 'files'; readonly paths: readonly string[]; readonly change: FileChange }
  | { readonly kind: 'documents' };

/** A share in percent, and whether reaching it is not enough. */
export type Limit = { readonly percent: number; readonly isExclusive: boolean };

export type FileChange = 'created' | 'changed' | 'deleted' | 'untouched';

/*
 * A criterion is understood whole or not at all. Each pattern takes what it understands out of the text; what is left
 * may only be words that mean nothing by themselves. "All tests pass on Windows" leaves "on Windows", so nothing that
 * we ran measures it.
 */
const filler =
  /^(?:[\s.,;:!()[\]&/–—"'*_]|\b(?:and|with|plus|the|a|an|also|must|should|shall|there|that|it|all|is|are|be|has|have|do|does|in|we|please|running)\b)*$/iu;

const modal = String.raw`(?:(?:must|should|shall|will|still|all|now|are|is|be|have|has|been|was|were|to|continue|keep|remain|stay|successfully)\s+)*`;
const passes = String.raw`(?:pass(?:es|ed|ing)?|succeeds?|succeeded|succeeding|green|work(?:s|ing)?)(?:\s+(?:successfully|cleanly|locally))?\b`;
const tests = String.raw`(?:(?:all|the|of|existing|current|new|automated|our|whole|full|complete|project(?:'s)?)\s+)*(?:(?<which>[a-z][\w-]*)\s+)?(?:tests?|test[\s-]?suite|specs)\b(?:\s+suite)?`;
const number = String.raw`(?<number>\d{1,3}(?:[.,]\d{1,4})?)\s*(?:%|percent\b|per\s?cent\b)`;
const over = String.raw`(?<over>>=?|≥|(?:at\s+least|minimum(?:\s+of)?|min\.?|over|above|more\s+than|greater\s+than|higher\s+than|exceed(?:s|ing)?|no(?:t)?\s+(?:less|lower)\s+than|not\s+below)\b)`;
const limit = String.raw`(?:${over}\s*)?${number}(?<more>\s*\+|\s+or\s+(?:more|higher|better|above|greater)\b)?`;
const metric = String.raw`(?:(?:the|all|our|of)\s+)*(?<metric>branch(?:es)?|lines?|functions?|statements?|code|source)\b(?:\s+code\b)?`;
const coverageNoun = String.raw`(?:(?:overall|total|unit|test|tests|code|global)[\s-]+)*(?:(?<metric>branch|line|function|statement)[\s-]+)?(?:(?:test|code)[\s-]+)*coverage\b`;
const warningWord = String.raw`(?:warnings?|errors?)`;
const path = String.raw`[\uE000-\uE7FF]`;
const pathList = String.raw`${path}(?:(?:\s*,\s*|\s+and\s+|\s*&\s*)+${path})*`;

type Reader = {
  readonly pattern: RegExp;
  readonly claim: (groups: Groups, code: readonly string[]) => Claim | null;
};
type Groups = Readonly<Record<string, string | undefined>>;

function reader(source: string, claim: Reader['claim']): Reader {
  return { pattern: new RegExp(source, 'iu'), claim };
}

const changeWords: readonly (readonly [FileChange, string, string])[] = [
  [
    'untouched',
    String.raw`(?:not\s+(?:be\s+)?(?:changed|touched|modified|edited)|un(?:touched|changed|modified))\b`,
    String.raw`(?:no\s+changes?\s+(?:to|in)|do\s+not\s+(?:change|touch|modify|edit))\b`,
  ],
  [
    'created',
    String.raw`(?:created|added|exists?|written|new)\b`,
    String.raw`(?:creates?|adds?|writes?)\b`,
  ],
  [
    'changed',
    String.raw`(?:updated|changed|modified|edited|extended)\b`,
    String.raw`(?:updates?|changes?|modif(?:y|ies)|edits?|extends?)\b`,
  ],
  ['deleted', String.raw`(?:deleted|removed|gone)\b`, String.raw`(?:deletes?|removes?)\b`],
];

const readers: readonly Reader[] = [
  ...[
    `${coverageNoun}\\s*(?:of\\s+${metric.replaceAll('<metric>', '<of>')}\\s*)?:?\\s*${modal}(?:(?:of|at|stays|remains)\\s+)*${limit}`,
    `${limit}\\s+(?:of\\s+)?${coverageNoun}`,
    `(?:unit\\s+)?tests?\\s+${modal}cover(?:s|ing)?\\s+${limit}\\s+(?:of\\s+)?${metric}`,
    `${limit}\\s+of\\s+${metric}\\s+${modal}covered(?:\\s+by\\s+(?:unit\\s+)?tests)?\\b`,
  ].map((source) => reader(source, coverageClaim)),
  reader(
    `(?:no|zero|without)\\s+(?<new>(?:new|additional|further)\\s+)?(?:(?<tool>[a-z][\\w.+#-]*)\\s+)?${warningWord}(?:\\s*(?:/|,|\\bor\\b|\\band\\b)\\s*${warningWord})*(?:\\s+(?:are\\s+)?(?:introduced|added))?\\b`,
    (groups) => ({
      kind: 'no-warnings',
      tool: groups['tool']?.toLowerCase() ?? null,
      isNewOnly: groups['new'] !== undefined,
    }),
  ),
  reader(
    `(?<path>${path})\\s+${modal}(?:${passes}|exits?\\s+(?:with\\s+)?(?:code\\s+)?0\\b)`,
    (groups, code) => {
      const command = codeAt(groups['path'], code);
      return command === undefined ? null : { kind: 'command', command };
    },
  ),
  reader(`${tests}\\s+${modal}${passes}`, testsClaim('tests-pass')),
  reader(`pass(?:es|ing)?\\s+${tests}`, testsClaim('tests-pass')),
  reader(
    `(?:the\\s+)?(?<which>build|lint(?:ing|er)?|type[\\s-]?check(?:s|ing)?|format(?:ting|ter)?|compil(?:ation|er?))\\s+(?:check\\s+)?${modal}${passes}`,
    (groups) => ({ kind: 'check-passes', which: (groups['which'] ?? '').toLowerCase() }),
  ),
  reader(
    `${tests}\\s+${modal}(?:added|written|included|created|updated)\\b`,
    testsClaim('tests-written'),
  ),
  reader(`(?:includes?|adds?|writes?|has|have|with)\\s+${tests}`, testsClaim('tests-written')),
  ...changeWords.flatMap(([change, after, before]) => {
    const claim = filesClaim(change);
    return [
      reader(`(?<paths>${pathList})\\s+${modal}${after}`, claim),
      reader(`${before}\\s+(?<paths>${pathList})`, claim),
    ];
  }),
  reader(
    `(?:the\\s+)?(?:documentation|docs)\\s+${modal}(?:updated|written|added|extended)\\b`,
    () => ({ kind: 'documents' }),
  ),
];

/** Longer ones are stories, not criteria. */
const longestCriterion = 500;

/**
 * The claims of a criterion; null when some of it is understood by no pattern, so that nothing we run can measure all
 * of it. `commands` are the checks, which count as named also where the author did not set them as code.
 */
export function readCriterion(text: string, commands: readonly string[]): readonly Claim[] | null {
  if (text.length > longestCriterion) return null;
  const code: string[] = [];
  const keep = (words: string): string => {
    code.push(words);
    return ` ${String.fromCharCode(0xe000 + code.length - 1)} `;
  };
  let rest = withCode(text.replaceAll(/[\uE000-\uF8FF]/gu, ''), commands, keep);
  const claims: Claim[] = [];
  for (const { pattern, claim } of readers) {
    const found = pattern.exec(rest);
    const read = found === null ? null : claim(found.groups ?? {}, code);
    if (found === null || read === null) continue;
    claims.push(read);
    rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found[0].length)}`;
  }
  return claims.length > 0 && filler.test(rest) ? claims : null;
}

/** The text with code, commands of checks and paths as single signs. */
function withCode(
  text: string,
  commands: readonly string[],
  keep: (words: string) => string,
): string {
  const parts = text.split(/`([^`]+)`/u).map((part, at) => {
    if (at % 2 === 1) return keep(part.trim());
    let plain = part;
    for (const command of commands)
      if (command.includes(' ')) plain = replaceWord(plain, command, keep);
    return plain.replaceAll(
      /(?<![\w./-])(?:(?:[\w@.-]+\/)+[\w@-]*\.\w+|[\w-]+\.[a-z]\w{0,4}|[\w.-]+\/(?=\s|$))(?![\w/])/gu,
      keep,
    );
  });
  return parts.join('').replaceAll(/\s+/gu, ' ').trim();
}

function replaceWord(text: string, word: string, keep: (words: string) => string): string {
  const at = text.indexOf(word);
  const before = text[at - 1] ?? ' ';
  const after = text[at + word.length] ?? ' ';
  if (at === -1 || /[\w-]/u.test(before) || /[\w:-]/u.test(after)) return text;
  return `${text.slice(0, at)}${keep(word)}${text.slice(at + word.length)}`;
}

function codeAt(sign: string | undefined, code: readonly string[]): string | undefined {
  return sign === undefined ? undefined : code[sign.charCodeAt(0) - 0xe000];
}

const metrics: Readonly<Record<string, CoverageMetric>> = {
  ...{ branch: 'branches', branches: 'branches', line: 'lines', lines: 'lines' },
  ...{ function: 'functions', functions: 'functions' },
  ...{ statement: 'statements', statements: 'statements' },
};

const isExclusive = /^(?:>|over|above|more|greater|higher|exceed)/iu;

function coverageClaim(groups: Groups): Claim | null {
  const percent = Number(groups['number']?.replace(',', '.'));
  if (!(percent <= 100)) return null;
  const sign = groups['over'] ?? '';
  const word = (groups['metric'] ?? groups['of'] ?? '').toLowerCase();
  return {
    kind: 'coverage',
    metric: metrics[word] ?? null,
    limit: { percent, isExclusive: isExclusive.test(sign) && sign !== '>=' },
  };
}

function testsClaim(kind: 'tests-pass' | 'tests-written'): Reader['claim'] {
  return ({ which }) => {
    const word = which?.toLowerCase() ?? null;
    // Such a word is a test of nothing else.
    const isPlain = word === null || /^(?:automated|existing|all|the|unit)$/u.test(word);
    return { kind, which: isPlain ? null : word };
  };
}

function filesClaim(change: FileChange): Reader['claim'] {
  return ({ paths = '' }, code) => {
    const signs = paths.match(/[\uE000-\uE7FF]/gu) ?? [];
    const named = signs.flatMap((sign) => codeAt(sign, code) ?? []);
    const isPath = named.every((name) => /^[\w@./+-]+$/u.test(name));
    return named.length > 0 && isPath ? { kind: 'files', paths: named, change } : null;
  };
}
