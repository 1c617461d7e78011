import type { Paragraph, PhrasingContent } from 'mdast';
import { toString } from 'mdast-util-to-string';
import { rangeOf } from '../markdown/markdown-document.ts';
import { oneLine } from '../markdown/source-text.ts';

/** A title, the time that its author states in it, and the offset at which the rest of the author's text begins. */
export type SplitTitle = {
  readonly title: string;
  readonly duration: string | null;
  readonly rest: number;
};

const UNTITLED = 'Untitled task';
const MAX_TITLE_BEFORE_COLON = 80;
const TASK_LABEL = /^(?:sub-? ?)?task ?#?\d+(?:\.\d+)*(?:[ \t]*[:.)]|[ \t]+[–—-])?(?=\s|$)[ \t]*/i;
const AFTER_BOLD = /^(?:[ \t]*[:–—]|[ \t]+-(?=\s)|\.(?=\s|$)|(?=[ \t]*(?:\n|\(|$)))[ \t]*/;
/** `fix: the loop` is one sentence in the style of a commit, not a title and its description. */
const COMMIT_PREFIX =
  /^(?:build|chore|ci|docs?|feat|fix|perf|refactor|revert|style|tests?)(?:\([^()]*\))?!?$/i;
/** `SSR: source maps are wrong`, `README: mention Node 24`. */
const ALL_CAPITALS = /^[A-Z][A-Z0-9]{1,20}$/;
const SENTENCE_END = /[.!?](?=\s+(?:["'(“‘]?\p{Lu}|x))/gu;
const ABBREVIATION = /(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|no|dr|mr|ms|st|\p{L})|\d)$/iu;

/** Splits an item's first paragraph: a bold lead, `Title: description`, the first sentence or the first line. */
export function splitTitle(text: string, paragraph: Paragraph): SplitTitle {
  const masked = maskedSource(text, paragraph);
  const { start } = rangeOf(paragraph.children[0] ?? paragraph);
  const bold = boldLead(paragraph, masked, start);
  if (bold !== null && bold.title !== '') return timed(bold);
  const label = TASK_LABEL.exec(masked)?.[0] ?? '';
  const at = bold?.rest ?? start + label.length;
  const before = durationBefore(masked.slice(at - start));
  const from = at + (before?.length ?? 0);
  const found = firstLine({ text, paragraph, masked: masked.slice(from - start), from });
  return timed({ ...found, duration: before?.duration ?? null }, bold?.label ?? label);
}

type UntimedTitle = {
  readonly title: string;
  readonly rest: number;
  readonly duration?: string | null;
};

/** Takes the stated time out. Where nothing else is left, the label (`Task 3`) is the title. */
function timed(found: UntimedTitle, label = ''): SplitTitle {
  const { title, duration } = withoutDuration(found.title);
  const isNote = /^\([^()]*\)$/.test(title);
  const name = cleanTitle(label).replace(/[\s.)–—-]+$/, '');
  const noted = isNote && name !== '' ? `${name} ${title}` : title;
  return {
    title: (isNamed(noted) ? noted : name) || UNTITLED,
    duration: found.duration ?? duration,
    rest: found.rest,
  };
}

/** Whether a title says anything: a number alone does not. */
function isNamed(title: string): boolean {
  return /[^\d\s\p{P}]/u.test(title);
}

/** The title of a heading, a line or a table's cell, without a stated time; a label (`Task 3`) alone is kept. */
export function timedTitle(plain: string): Omit<SplitTitle, 'rest'> {
  const label = TASK_LABEL.exec(oneLine(plain))?.[0] ?? '';
  const { title, duration } = timed({ title: cleanTitle(plain), rest: 0 }, label);
  return { title, duration };
}

/** A description with the time that the title stated before it, so that none of the author's words is lost. */
export function withDuration(duration: string | null, description: string): string {
  return [...(duration === null ? [] : [`(${duration})`]), description]
    .filter((part) => part !== '')
    .join('\n');
}

/** A title's plain text: one line, without `Task 3:` before it and a colon or full stop after it. */
export function cleanTitle(plain: string): string {
  const line = oneLine(plain);
  const named = line.replace(TASK_LABEL, '') || line;
  return named.replace(/[\s:]+$/, '').replace(/(?<![\s.]|\betc)\.$/, '');
}

/** The paragraph's source, in which all but plain text is blotted out: separators are found only in the author's prose. */
function maskedSource(text: string, paragraph: Paragraph): string {
  const parts = paragraph.children.map((child) => {
    const { start, end } = rangeOf(child);
    if (child.type === 'text') return text.slice(start, end);
    return child.type === 'break' ? '\n'.padStart(end - start, ' ') : 'x'.repeat(end - start);
  });
  return parts.join('');
}

/** A bold `Task 3` alone is a label: its title is empty and the rest begins after it. */
function boldLead(
  paragraph: Paragraph,
  masked: string,
  start: number,
): { readonly title: string; readonly rest: number; readonly label: string } | null {
  const [first, second] = paragraph.children;
  const ornament =
    first?.type === 'text' && !/[\p{L}\p{N}\n]/u.test(first.value) ? first.value : '';
  const bold = ornament === '' ? first : second;
  if (bold?.type !== 'strong') return null;
  const plain = oneLine(toString(bold, { includeHtml: false }));
  const after = masked.slice(rangeOf(bold).end - start);
  const separator =
    AFTER_BOLD.exec(after) ?? (/[:.!?]$/.test(plain) ? /^[ \t]*/.exec(after) : null);
  if (separator === null) return null;
  // `**lib/view.js**: drop debug` is one title: a name of code says nothing about the work.
  if (isCodeName(plain.replace(/:$/, '')) && /^[ \t]*[:–—-]?[ \t]*\S/.test(after)) return null;
  const isLabel = TASK_LABEL.exec(plain)?.[0] === plain && !/^\s*$/.test(after);
  const title = isLabel ? '' : cleanTitle(oneLine(ornament + plain));
  return { title, rest: rangeOf(bold).end + separator[0].length, label: plain };
}

function firstLine(input: {
  readonly text: string;
  readonly paragraph: Paragraph;
  readonly masked: string;
  readonly from: number;
}): UntimedTitle {
  const breakAt = input.masked.indexOf('\n');
  const line = breakAt === -1 ? input.masked : input.masked.slice(0, breakAt);
  const end = sentenceCut(line) ?? line.length;
  const colon = colonCut(line.slice(0, end));
  const scope = colon === null ? '' : plainText({ ...input, to: input.from + colon }).trim();
  const after = colon === null ? '' : line.slice(colon + 1, end);
  const isWhole = colon === null || isScope(scope, after) || isDuration(after);
  const cut = isWhole ? end : colon;
  const title = cleanTitle(plainText({ ...input, to: input.from + cut }));
  if (title !== '') return { title, rest: restAfter(input.masked, cut) + input.from };
  const whole = oneLine(toString(input.paragraph, { includeHtml: false }));
  return { title: whole || UNTITLED, rest: rangeOf(input.paragraph).end };
}

/**
 * Whether what stands before a colon only says where: `fix(router)`, `README`, `res.download`, `lib/view.js`. Another word
 * alone does before a phrase (`Router: keep the last slash`), and is a title before less (`Login: add it`).
 */
function isScope(words: string, after: string): boolean {
  if (COMMIT_PREFIX.test(words) || ALL_CAPITALS.test(words) || isCodeName(words)) return true;
  const isPhrase = after.trim().split(/\s+/).length >= 3;
  return isPhrase && (!/\s/.test(words) || isPartOf(words, after));
}

/** `XML formatter: keep comments`: up to three words that name a part, and the work after them. */
function isPartOf(words: string, after: string): boolean {
  return words.split(/\s+/).length <= 3 && !IMPERATIVE.test(words) && IMPERATIVE.test(after.trim());
}

const IMPERATIVE =
  /^(?:accept|add|allow|avoid|bump|cache|change|check|clean|convert|create|define|delete|deprecate|disallow|do(?:n['’]t| not)?|document|drop|emit|enable|ensure|expose|extend|extract|fail|fix|handle|honou?r|ignore|implement|improve|include|introduce|keep|let|limit|link|list|log|make|merge|migrate|move|pass|port|prevent|print|read|refactor|refuse|reject|remove|rename|replace|report|respect|return|reuse|rewrite|send|set|show|skip|sort|split|stop|store|strip|support|switch|take|test|throw|translate|treat|trim|update|upgrade|use|validate|warn|wrap|write)\s/i;

/** One word as only code has them: a path, `a.b`, `a_b`, `aB`, a call, an option, a decorator. */
function isCodeName(words: string): boolean {
  return /^\S*(?:[./_()#@]|::|[a-z][A-Z]|^--)\S*$/.test(words) && /[A-Za-z]/.test(words);
}

function restAfter(masked: string, cut: number): number {
  return cut + (/[:.!?\n]/.test(masked[cut] ?? '') ? 1 : 0);
}

/** A colon inside `http://`, `10:30` or `a::b` has no space after it. */
function colonCut(line: string): number | null {
  const colon = line.slice(0, MAX_TITLE_BEFORE_COLON + 1).search(/(?<!:):(?=\s|$)/);
  if (colon < 1 || !/^(?:\s|$)/.test(line.slice(colon + 1, colon + 2))) return null;
  const before = line.slice(0, colon);
  // `Add login (after: 2)` is one title.
  return before.lastIndexOf('(') > before.lastIndexOf(')') ? null : colon;
}

function sentenceCut(line: string): number | null {
  for (const { index } of line.matchAll(SENTENCE_END)) {
    const before = line.slice(Math.max(0, index - 12), index);
    if (line[index] !== '.' || !ABBREVIATION.test(before)) return index;
  }
  return null;
}

/** The words between two offsets. They lie at the ends of nodes or inside plain text, never inside another node. */
function plainText(input: {
  readonly text: string;
  readonly paragraph: Paragraph;
  readonly from: number;
  readonly to: number;
}): string {
  return input.paragraph.children
    .map((child) => {
      const { start, end } = rangeOf(child);
      if (end <= input.from || start >= input.to) return '';
      if (start >= input.from && end <= input.to) return wordsOf(child);
      if (child.type !== 'text') return ' ';
      const source = input.text.slice(Math.max(start, input.from), Math.min(end, input.to));
      return source.replace(/\\([!-/:-@[-`{-~])/g, '$1');
    })
    .join('');
}

function wordsOf(node: PhrasingContent): string {
  return node.type === 'break' ? ' ' : toString(node, { includeHtml: false });
}

/** A stated time as people write it: `5min`, `~60 minutes`, `1.5 h`, `10-20 min`, `30m`. */
const SPAN = String.raw`(?:about |approx\.? |ca\.? )?[~≈]? ?(?:\d{1,4}(?:\.\d)? ?[-–] ?)?(?:\d{1,4}(?:\.\d)?) ?(?:h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?)`;
const ESTIMATE = String.raw`(?:(?:est(?:imate[ds]?|\.)?|effort|time)[ :]{0,2})?`;
const BEHIND_LABEL = new RegExp(
  `^[ \\t]*[([] ?${ESTIMATE}(${SPAN}) ?[)\\]][ \\t]*[:.–—-]?[ \\t]*`,
  'iu',
);
const BEFORE_TITLE = new RegExp(
  `^[ \\t]*${ESTIMATE}(${SPAN})(?::|[ \\t]*[–—]|[ \\t]+-)[ \\t]+`,
  'iu',
);
const IN_BRACKETS = new RegExp(` ?[([] ?${ESTIMATE}(${SPAN}) ?[)\\]]`, 'iu');
const AT_END = new RegExp(`(?:^|[:,–—]| -) ?${ESTIMATE}(${SPAN})(?= ?(?:\\([^()]*\\))?$)`, 'iu');
const ALONE = new RegExp(`^${ESTIMATE}${SPAN}(?: ?\\([^()]*\\))?$`, 'iu');

/** No title with a time in it is longer. */
const LONGEST = 500;

/** Whether a text is a time and nothing else. */
function isDuration(text: string): boolean {
  return text.length < LONGEST && ALONE.test(text.trim());
}

/** A time before a title (`(5min) Create a.py`, `5min: Create a.py`), with the length of all that. */
function durationBefore(
  text: string,
): { readonly duration: string; readonly length: number } | null {
  const head = text.slice(0, LONGEST);
  const found = BEHIND_LABEL.exec(head) ?? BEFORE_TITLE.exec(head);
  return found === null ? null : { duration: found[1]!.trim(), length: found[0].length };
}

/** A title (one line, single blanks) without the time that is stated in brackets or at its end. */
function withoutDuration(title: string): {
  readonly title: string;
  readonly duration: string | null;
} {
  const found = title.length > LONGEST ? null : (IN_BRACKETS.exec(title) ?? AT_END.exec(title));
  if (found === null) return { title, duration: null };
  const rest = `${title.slice(0, found.index)}${title.slice(found.index + found[0].length)}`;
  return { title: rest.replace(/[\s:,–—-]+$/u, '').trim(), duration: found[1]!.trim() };
}
