import type { Paragraph, PhrasingContent } from 'mdast';
import { toString } from 'mdast-util-to-string';
import { rangeOf } from './markdown-document.ts';
import { oneLine } from './source-text.ts';

/** A title, and the offset at which the rest of the author's text begins. */
export type SplitTitle = { readonly title: string; readonly rest: number };

const UNTITLED = 'Untitled task';
const MAX_TITLE_BEFORE_COLON = 80;
const TASK_LABEL = /^(?:sub-? ?)?task ?#?\d+(?:\.\d+)*(?:[ \t]*[:.)]|[ \t]+[–—-])?(?=\s|$)[ \t]*/i;
const AFTER_BOLD = /^(?:[ \t]*[:–—]|[ \t]+-(?=\s)|\.(?=\s|$)|(?=[ \t]*(?:\n|\(|$)))[ \t]*/;
/** `fix: the loop` is one sentence in the style of a commit, not a title and its description. */
const COMMIT_PREFIX =
  /^(?:build|chore|ci|docs?|feat|fix|perf|refactor|revert|style|tests?)(?:\([^()]*\))?!?$/i;
/** `SSR: source maps are wrong`: a part of the product before a sentence about it. */
const ACRONYM = /^[A-Z][A-Z0-9]{1,5}$/;
const SENTENCE_END = /[.!?](?=\s+["'(“‘]?\p{Lu})/gu;
const ABBREVIATION = /(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|no|dr|mr|ms|st|\p{L})|\d)$/iu;

/** Splits an item's first paragraph: a bold lead, `Title: description`, the first sentence or the first line. */
export function splitTitle(text: string, paragraph: Paragraph): SplitTitle {
  const masked = maskedSource(text, paragraph);
  const { start } = rangeOf(paragraph.children[0] ?? paragraph);
  const bold = boldLead(paragraph, masked, start);
  if (bold !== null && bold.title !== '') return bold;
  const from = bold?.rest ?? start + (TASK_LABEL.exec(masked)?.[0].length ?? 0);
  return firstLine({ text, paragraph, masked: masked.slice(from - start), from });
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
function boldLead(paragraph: Paragraph, masked: string, start: number): SplitTitle | null {
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
  const isLabel = TASK_LABEL.exec(plain)?.[0] === plain && !/^\s*$/.test(after);
  const title = isLabel ? '' : cleanTitle(oneLine(ornament + plain));
  return { title, rest: rangeOf(bold).end + separator[0].length };
}

function firstLine(input: {
  readonly text: string;
  readonly paragraph: Paragraph;
  readonly masked: string;
  readonly from: number;
}): SplitTitle {
  const breakAt = input.masked.indexOf('\n');
  const line = breakAt === -1 ? input.masked : input.masked.slice(0, breakAt);
  const cut = colonCut(line) ?? sentenceCut(line) ?? line.length;
  const title = cleanTitle(plainText({ ...input, to: input.from + cut }));
  if (title !== '') return { title, rest: restAfter(input.masked, cut) + input.from };
  const whole = oneLine(toString(input.paragraph, { includeHtml: false }));
  return { title: whole || UNTITLED, rest: rangeOf(input.paragraph).end };
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
  if (before.lastIndexOf('(') > before.lastIndexOf(')')) return null;
  const scope = before.trim();
  return COMMIT_PREFIX.test(scope) || ACRONYM.test(scope) ? null : colon;
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
