/** A word that says in which order two tasks come, at its place in a clause. */
export type OrderCue = {
  readonly kind: CueKind;
  readonly index: number;
  /** Where what it speaks of begins. */
  readonly end: number;
  readonly words: string;
};

/**
 * - `needs`: what comes first follows, by any name: `depends on the user model`.
 * - `once`: a moment follows, which is one of work only when a task or the end of work is named: `once 2 is merged`.
 * - `uses`: something follows that may be there already: `tests for the cart API`.
 * - `named`: the whole name of something that a task makes follows: `for the cart API`.
 * - `before`: what comes later follows: `before task 2`.
 * - `blocks`: the same, in words that are about work only: `is a prerequisite for task 2`.
 * - `about`: work on what others make follows: `for all of the above`.
 */
export type CueKind = 'needs' | 'once' | 'uses' | 'named' | 'before' | 'blocks' | 'about';

const needs =
  /\b(?:needs?|needing|requir(?:es?|ing)|depend(?:s|ing|ent)?(?: (?:up)?on)?|dependenc(?:y|ies)(?: on)?|rel(?:y|ies|ying) on|buil(?:ds?|t|ding) (?:up)?on(?: top of)?|based on|blocked (?:by|on)|(?:wait(?:s|ing)?|hold(?: off)?)(?: for| on)|prerequisites?(?=\s*:)|stack(?:s|ed)? on|on top of|follow-?up (?:to|of|for|on)|follows(?: on(?: from)?)?)(?=[\s:*_]|$)/giu;
const once =
  /(?:\(\s*)?\b(?:after|once|when(?:ever)?|as soon as|until|till|unless|following)(?=[\s:*_])/giu;
const uses =
  /\b(?:us(?:es?|ing)|import(?:s|ing)?|call(?:s|ing)?|consum(?:es?|ing)|extend(?:s|ing)?|wrap(?:s|ping)?|reus(?:es?|ing)|continu(?:es?|ing)|documents?|documenting|(?:unit |integration |api |end-to-end )?(?:tests?|docs|documentation|benchmarks?|examples?|release notes|changelog(?: entr(?:y|ies))?) (?:for|of|against)|test(?:s|ing)?|integrat(?:es?|ing) with|hooks? into|plugs? into|calls? to|(?:introduced|added|created|made|built|defined|written|produced|provided) (?:in|by)|(?:output|results?|outcome|work) of|from)(?=\s)/giu;
const named = /\b(?:for the|from the|with the)(?=\s)/giu;
const before = /\b(?:before|ahead of|prior to)(?=[\s:*_])/giu;
const blocks =
  /\b(?:(?:un)?block(?:s|ing)|precedes?|(?:prerequisite|precondition|requirement|groundwork|foundation|basis) (?:for|of)|(?:needed|required) (?:by|for))(?=\s)/giu;
const about =
  /\b(?:for|of|from|with|in|about|to|on|into|across|cover(?:s|ing)?|includ(?:es?|ing)|describ(?:es?|ing)|document(?:s|ing)?|summari[sz](?:es?|ing)|announc(?:es?|ing)|mention(?:s|ing)?|combin(?:es?|ing)|list(?:s|ing)?|releas(?:es?|ing)|updat(?:es?|ing)|tests?|testing|us(?:es?|ing)|verif(?:y|ies|ying)|check(?:s|ing)?|translat(?:es?|ing))(?=\s)/giu;

const patterns: readonly (readonly [CueKind, RegExp])[] = [
  ['needs', needs],
  ['once', once],
  ['blocks', blocks],
  ['before', before],
  ['uses', uses],
  ['named', named],
  ['about', about],
];

const mostCues = 60;

/** All words of a clause that may order tasks. */
export function findCues(masked: string): OrderCue[] {
  return patterns
    .flatMap(([kind, pattern]) =>
      [...masked.matchAll(pattern)].map((found) => ({
        kind,
        index: found.index,
        end: found.index + found[0].length,
        words: found[0],
      })),
    )
    .slice(0, mostCues);
}

const denied =
  /(?:\b(?:no|not|never|without|neither|nor|cannot|none|nothing|hardly|independent(?:ly)?|regardless|instead|rather|unlike|avoid)\b|n['’]t\b)[^,;:()]{0,30}$/iu;

/** Whether what comes next in a clause is denied: `no need to wait for`, `does not depend on`. */
export function isDeniedBefore(masked: string, index: number): boolean {
  return denied.test(masked.slice(Math.max(0, index - 60), index));
}

const allowed = /\b(?:can|could|may|might)(?! only\b)\b[^,;:()]{0,25}$/iu;

/** `can be done before task 2`: that it need not. */
export function isMerelyAllowed(masked: string, index: number): boolean {
  return allowed.test(masked.slice(Math.max(0, index - 50), index));
}

const waiting =
  /\b(?:wait\w*|hold|held|not|never|cannot|only|block\w*|postpone\w*|park\w*)\b|n['’]t\b/iu;

/** Whether the words before `until` and `unless` are about waiting. */
export function isWaiting(masked: string, index: number): boolean {
  return waiting.test(masked.slice(Math.max(0, index - 60), index));
}

const done = String.raw`(?:in(?= *(?:$|[,;.:)]))|in place|in (?:main|master)|there|done|merged|ready|finish(?:ed|es)?|complete[sd]?|available|land(?:ed|s)?|exists?|implemented|written|added|created|built|works?|working|shipped|green|over|closed|through)`;
const isDone = new RegExp(
  String.raw`^\s*(?:(?:tasks? )?(?:is|are|has been|have been|has|have|gets?|got) )?(?:all |both |fully |safely |already )?${done}(?![\p{L}\p{N}_-])`,
  'iu',
);
const isPast = /^\s*(?:was|were|had|got|did|broke|failed)\b/iu;

/** What is said about the thing that a moment names: that it is done, that it once was, or neither. */
export function predicateOf(rest: string): 'done' | 'past' | null {
  if (isPast.test(rest)) return 'past';
  return isDone.test(rest) ? 'done' : null;
}

const duty =
  /\b(?:must|should|shall|has to|have to|needs? to|ought to|do|does|done|finish|lands?|merged?|goes|go|comes?|start|implement(?:ed)?|first|only)\b/iu;

/** Whether a clause is about what should be done, and not about what a program does. */
export function isAboutWork(masked: string): boolean {
  return duty.test(masked);
}

/** Whether the task that says so comes first of all, or last. */
export function extremeOf(masked: string, isTitle: boolean): 'first' | 'last' | null {
  if (isDeniedBefore(masked, masked.length) && /\b(?:first|last)\W*$/iu.test(masked)) return null;
  if (
    isTitle &&
    /^\W*(?:last(?:ly)?|finally|final step|last step)\b\s*(?:[:,–—-]|$)/iu.test(masked)
  )
    return 'last';
  if (isTitle && /^\W*first(?:ly| of all| step)?\b\s*[:,–—-]/iu.test(masked)) return 'first';
  const found = extreme.exec(masked);
  if (found === null) return null;
  return /first|beginning|start$/iu.test(found[0]) ? 'first' : 'last';
}

const comes = String.raw`(?:comes?|goes|go|(?:be|is|are|do|does) (?:done|merged|this|it|that|these)?(?: (?:one|task|step))?|done|merged?|lands?|runs?|left|kept|kept for|happens?|start with (?:this|it)|finish with (?:this|it))`;
const extreme = new RegExp(
  String.raw`\b${comes} ?(?:(?:at )?the )?(?:very )?(?:first|last|at the (?:very )?(?:end|beginning)|(?<=the (?:very )?)end)(?: of all)?(?=\s*(?:$|[.,;:!)]|(?:as|since|because|so|and|of all)\b))|\b(?:is|as|be) the (?:very )?(?:first|last|final) (?:step|task|thing|one|item|piece)(?: of all)?(?=\s*(?:$|[.,;:!)]|(?:as|since|because|so|to do)\b))|^\W*(?:last|final) (?:step|task|item|thing)\W*$`,
  'iu',
);
