import type { IntakeHint } from '../../model/issue/issue.ts';
import { MAX_NESTING } from './bounded-text.ts';

/** Roughly the lines of lists that the parser reads in two or three seconds. */
const MAX_LINE_COST = 24_000;
/**
 * The parser goes through all that it has read at each end of a list or a quotation, below each underlined heading, and
 * at each line that may begin a block where a list's paragraph goes on unindented.
 */
const MAX_COPIES = 30_000_000;
/** It looks through all link definitions for each new one. */
const MAX_DEFINITIONS = 3000;
const MAX_CHARACTERS = 4_000_000;

const MARKERS = /^[ \t]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])(?=\s|$)|\[\^[^\]\s]{1,99}\]:)[ \t]*)*/u;
const MARKER = />|[-*+](?=\s|$)|\d{1,9}[.)]|\[\^/gu;
const UNDERLINE = /^[>\s]*(?:=+|-+)[ \t]*$/u;
const DEFINITION = /^[>\s]*\[[^\]]*\]:/u;
const BLOCK_START = /^\s*[#|<[]/u;
const INLINE_MARK = /[|&\\`]|<!?|[*_~[\]!]+/gu;

type Spending = {
  readonly lines: number;
  readonly containers: number;
  readonly copies: number;
  readonly definitions: number;
  /** Columns before the first marker and before the words of the last line that began with markers. */
  readonly open: { readonly marker: number; readonly words: number } | null;
  readonly isAfterBlank: boolean;
  /** Whether the last line went on with a list's paragraph without being indented. */
  readonly isLazy: boolean;
};

/**
 * Where a text is too intricate to be read in a few seconds, or null. One pass over its lines:
 * lists, marks and what ends them make the Markdown parser slow, not the length of the prose. What
 * fits into GitHub's 65,536 characters is refused only when it was made to be.
 */
export function findExcess(text: string): IntakeHint | null {
  if (text.length > MAX_CHARACTERS) return excess(1, 'is longer than 4 million characters');
  let spent: Spending = {
    ...{ lines: 0, containers: 0, copies: 0, definitions: 0 },
    ...{ open: null, isAfterBlank: true, isLazy: false },
  };
  for (const [index, line] of text.split(/\r\n?|\n/u).entries()) {
    spent = spend(spent, line);
    if (isTooMuch(spent))
      return excess(
        index + 1,
        'is too large: it has more lists and marks than are read, up to this line',
      );
  }
  return null;
}

function isTooMuch({ lines, containers, copies, definitions }: Spending): boolean {
  if (lines > MAX_LINE_COST || definitions > MAX_DEFINITIONS) return true;
  return copies * (lines + containers) > MAX_COPIES;
}

function spend(spent: Spending, line: string): Spending {
  if (line.trim() === '')
    return { ...spent, lines: spent.lines + 0.08, isAfterBlank: true, isLazy: false };
  const [markers = ''] = MARKERS.exec(line) ?? [];
  const depth = Math.min(MAX_NESTING, markers.match(MARKER)?.length ?? 0);
  const marker = markers.search(/[^ \t]|$/u);
  const isEnd = spent.open !== null && endsList(spent.open, { depth, marker });
  const isNewQuote = spent.isAfterBlank && spent.open !== null && markers.includes('>');
  const isLazy = depth === 0 && !spent.isAfterBlank && (isEnd || spent.isLazy);
  const isCopied = isEnd || UNDERLINE.test(line) || (isLazy && BLOCK_START.test(line));
  return {
    lines: spent.lines + lineCost(line, markers, depth),
    containers: spent.containers + depth,
    // A quotation that a blank line ends costs what three lists do.
    copies: spent.copies + (isNewQuote ? 3 : isCopied ? 1 : 0),
    definitions: spent.definitions + (DEFINITION.test(line) ? 1 : 0),
    open: depth > 0 ? { marker, words: markers.length } : isEnd ? null : spent.open,
    isAfterBlank: false,
    isLazy,
  };
}

function endsList(
  open: NonNullable<Spending['open']>,
  line: { readonly depth: number; readonly marker: number },
): boolean {
  return line.depth === 0 ? line.marker < open.words : line.depth > 1 || line.marker < open.marker;
}

function lineCost(line: string, markers: string, depth: number): number {
  let cost =
    depth > 0 || BLOCK_START.test(line) ? 1 + Math.min(2 * MAX_NESTING, markers.length) / 8 : 0.2;
  for (const [mark] of line.matchAll(INLINE_MARK)) cost += mark === '<!' ? 1 : 0.125;
  return cost;
}

function excess(line: number, why: string): IntakeHint {
  return { line, message: `the issue ${why}; move long lists or listings to separate issues` };
}
