import type { Passage } from '../../model/issue/issue.ts';

/** One clause of the issue, with where it stands. */
export type Clause = {
  readonly text: string;
  /** The same with code, quotations and addresses blotted out: no word in them orders anything. */
  readonly masked: string;
  readonly line: number;
  /** The task that says it; null: the prose around the tasks. */
  readonly task: number | null;
  /** The ordinal of the last item above it. */
  readonly above: number;
  /** Whether it is the task's title. */
  readonly isTitle: boolean;
};

/** Nobody states an order further in than that. */
const longestPassage = 20_000;
const longestClause = 600;

const codeBlock = /^[ \t]*(```|~~~)[^\n]*\n(?:(?![ \t]*\1).*\n?)*(?:[ \t]*\1[^\n]*)?/gmu;
const quotedLine = /^[ \t]*>.*$/gmu;
const opaque = /`[^`\n]{0,300}`|\b[a-z]+:\/\/\S+|"[^"\n]{1,300}"|“[^”\n]{1,300}”/gu;
/** A line that begins a paragraph, an item, a heading or a row of its own. */
const ownLine = /^\s*(?:[-*+]\s|\d{1,3}[.)]\s|#{1,6}\s|\||$)/u;
const clauseEnd = /[.!?;](?=\s|$|["”)*_])|\s[–—]\s/gu;
const abbreviation = /(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|no|dr|mr|ms|st))\.$/iu;

/** Takes a passage apart into clauses. Questions are left out: they order nothing. */
export function clausesOf(passage: Passage, isTitle = false): Clause[] {
  const text = blotted(blotted(passage.text.slice(0, longestPassage), codeBlock), quotedLine);
  return paragraphsOf(text).flatMap(({ words, line }) =>
    splitClauses(words)
      .filter(({ clause }) => !clause.endsWith('?'))
      .map(({ clause, at }) => {
        const own = line + countBreaks(words.slice(0, at));
        const plain = clause.replaceAll(/\s+/gu, ' ');
        const { task, above, lines } = passage;
        return {
          ...{ text: plain, masked: plain.replaceAll(opaque, blot) },
          line: lines[Math.min(own, lines.length - 1)] ?? 1,
          ...{ task, above, isTitle },
        };
      }),
  );
}

function blotted(text: string, pattern: RegExp): string {
  return text.replaceAll(pattern, (found) => found.replaceAll(/[^\n]/gu, ' '));
}

function blot(found: string): string {
  return '¤'.repeat(found.length);
}

/** Lines that belong together, with the number of the first one, counted from 0. */
function paragraphsOf(text: string): { readonly words: string; readonly line: number }[] {
  const found: { words: string; line: number }[] = [];
  for (const [line, words] of text.split('\n').entries()) {
    const last = found.at(-1);
    if (last === undefined || ownLine.test(words)) found.push({ words, line });
    else last.words += `\n${words}`;
  }
  return found.filter(({ words }) => words.trim() !== '');
}

function splitClauses(text: string): { readonly clause: string; readonly at: number }[] {
  const found: { clause: string; at: number }[] = [];
  const add = (from: number, to: number): void => {
    const raw = text.slice(from, Math.min(to, from + longestClause));
    const clause = raw.replace(/^\s*(?:[-*+]\s+|\d{1,3}[.)]\s+|#{1,6}\s+)?/u, '');
    if (clause.trim() !== '')
      found.push({ clause: clause.trimEnd(), at: from + raw.length - clause.length });
  };
  let from = 0;
  for (const { index, 0: sign } of text.matchAll(clauseEnd)) {
    const end = index + (sign.length === 1 ? 1 : 0);
    if (sign === '.' && abbreviation.test(text.slice(Math.max(0, end - 8), end))) continue;
    add(from, end);
    from = index + sign.length;
  }
  add(from, text.length);
  return found;
}

function countBreaks(text: string): number {
  return text.split('\n').length - 1;
}
