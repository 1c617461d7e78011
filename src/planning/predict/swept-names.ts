import { wordStem } from '../../model/plan/word-stem.ts';
import { clausesOf } from '../sentences.ts';
import { pieces } from './predict-words.ts';

/** A name that a text changes everywhere in the code, or removes from it. */
export type SweptName = {
  /** As the author writes it. */
  readonly name: string;
  /** The stems that a file must have to mention it. */
  readonly stems: readonly string[];
  readonly work: 'renamed' | 'replaced' | 'removed';
  /** Whether the text says that nothing is left out: `everywhere`, `the whole crate`, `everything that calls …`. */
  readonly isEverywhere: boolean;
  /** The clause that says so. */
  readonly clause: string;
};

const mostClauses = 60;
const longestClause = 400;
const mostNames = 5;

const cues: readonly (readonly [SweptName['work'], RegExp])[] = [
  ['renamed', /\brenam(?:e|es|ing)\s+/giu],
  ['replaced', /\breplac(?:e|es|ing)\s+/giu],
  [
    'replaced',
    /\b(?:migrat(?:e|es|ing)|convert(?:s|ing)?|switch(?:es|ing)?|port(?:s|ing)?|mov(?:e|es|ing))\b[^.;:]{0,60}?\b(?:from|off)\s+/giu,
  ],
  [
    'replaced',
    /\b(?:everything|anything|(?:every|each|all|any) (?:the )?(?:places?|files?|code|callers?|modules?|tests?)) (?:that|which) (?:still )?(?:calls?|uses?|imports?|mentions?|makes?) /giu,
  ],
  [
    'replaced',
    /\b(?:all|every|each|any|remaining) (?:the )?(?:usages?|uses?|callers?|calls?|imports?|mentions?|occurrences?|references?) (?:of|to) /giu,
  ],
  [
    'removed',
    /\b(?:remov(?:e|es|ing)|drop(?:s|ping)?|delet(?:e|es|ing)|get(?:s|ting)? rid of|stop(?:s|ping)? using|no longer uses?)\s+/giu,
  ],
];
const everywhere =
  /\b(?:everywhere|everything|throughout|(?:the )?(?:whole|entire)|across the|all (?:over|the)|every (?:place|file|caller|use|usage|module|test)|all (?:usages|uses|callers|calls|places|files|code))\b/iu;
/** Up to three plain words may stand before the name (`the deprecated method`), but none that makes it a mere place. */
const beforeName =
  /^(?:(?!(?:in|from|of|on|to|for|with|at|into|by|and)\s)[a-z]+\s+){0,3}?(?=[`A-Z]|[a-z]\w*[-_A-Z])/u;
const spanned = /^`([^`\n]{2,80})`/u;
/** A name as code has it, or with a hyphen, as packages have it. */
const coded = /^(?:[A-Za-z]\w*(?:-\w+)+|[A-Za-z]\w*(?:(?:::|\.)[A-Za-z]\w*)*)(?![\w/])/u;
/** `Replace chalk with picocolors`: a plain word is a name where it is all that is replaced. */
const plainObject = /^[a-z]\w+(?=\s+(?:with|by|in favou?r of)\s)/u;
const joint = /^\s*(?:,\s*(?:and\s+|or\s+)?|and\s+|or\s+)(?=[`A-Za-z])/iu;
/** What may follow the last name. Before a noun, `from` or `in` it is but a part of something: `the X flag`, `X from Y`. */
const end =
  /^(?:\(\))?\s*(?:$|[.;:!,)(→]|->|(?:to|with|by|in favou?r of|moves?|go(?:es)?|must|should|everywhere|throughout|across|entirely|completely|in (?:the )?(?:whole|all|every|entire))\b)/iu;

/** Reads the names that a task sweeps through the code: those that it renames, replaces, removes or moves away from. */
export function sweptNames(text: string): SweptName[] {
  const found = new Map<string, SweptName>();
  for (const whole of clausesOf(text.slice(0, 20_000)).slice(0, mostClauses)) {
    const clause = whole.slice(0, longestClause);
    for (const [work, cue] of cues)
      for (const match of clause.matchAll(cue))
        for (const name of namesAt(clause.slice(match.index + match[0].length), work)) {
          const stems = stemsOf(name);
          if (stems.length === 0 || found.size >= mostNames || found.has(name)) continue;
          found.set(name, { name, stems, work, isEverywhere: everywhere.test(clause), clause });
        }
  }
  return [...found.values()];
}

function namesAt(text: string, work: SweptName['work']): string[] {
  const plain = work === 'replaced' ? plainObject.exec(text)?.[0] : undefined;
  if (plain !== undefined) return [plain];
  const names: string[] = [];
  let rest = text.slice(0, 300);
  for (;;) {
    rest = rest.slice(beforeName.exec(rest)?.[0].length ?? 0);
    const name = spanned.exec(rest)?.[1] ?? codedName(rest);
    if (name === null) return [];
    names.push(name);
    rest = rest.slice(rest.startsWith('`') ? name.length + 2 : name.length);
    const next = joint.exec(rest);
    if (next === null) return end.test(rest) ? names : [];
    if (end.test(rest) && nameAfter(rest.slice(next[0].length)) === null) return names;
    rest = rest.slice(next[0].length);
  }
}

function nameAfter(text: string): string | null {
  const rest = text.slice(beforeName.exec(text)?.[0].length ?? 0);
  return spanned.exec(rest)?.[1] ?? codedName(rest);
}

function codedName(text: string): string | null {
  const name = coded.exec(text)?.[0] ?? '';
  return /[a-z\d][A-Z]|[A-Z]{2}[a-z]|\w_\w|::|\w-\w/u.test(name) ? name : null;
}

/** Of a qualified name the last two parts: what encloses it is often left out where it is used. */
function stemsOf(name: string): string[] {
  // A path, a flag, a value or a variable of a shell is no name of the code.
  if (/^[-/.@]|[\s/=<>{}"'$]/u.test(name)) return [];
  const words = name.split(/::|[^\w-]+/u).filter((part) => part !== '');
  const parts = words.slice(-2).flatMap((word) => word.split('-'));
  const stems = parts.map((part) => wordStem(pieces(part)[0] ?? ''));
  // `is-ci` is not every file that says “ci”.
  if (name.includes('-') && stems.includes(null)) return [];
  return [...new Set(stems)].filter((stem): stem is string => stem !== null && stem.length > 1);
}
