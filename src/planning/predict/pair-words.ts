import type { Field } from './predict-bm25.ts';
import type { Sparse } from './pair-likeness.ts';
import { readQuery, scopeOf, withoutForms } from './predict-words.ts';

/** What a text tells about which other tasks it meets: plain data. */
export type Said = {
  /** The stems of its most telling words; each weighs as much as it is rare in past messages. */
  readonly words: Sparse;
  /** The part of the repository that its first line begins with. */
  readonly scope: readonly string[];
};

/** What a text says where the past of a repository cannot tell rare words from common ones. */
export const saysNothing: Said = { words: [], scope: [] };

/** Hundreds of long texts are compared; beyond its most telling words, a text has little to add. */
const mostWords = 100;

/** Reads a text by the messages of past changes. */
export function readSaid(messages: Field, text: string): Said {
  const words = [...readQuery(withoutForms(text)).terms]
    .map(([stem, weight]) => [stem, rounded(weight * messages.rarity(stem))] as const)
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, mostWords);
  return { words, scope: scopeOf(text).filter((part) => !kindsOfWork.has(part)) };
}

/** `docs: …` is a kind of work, and no part of a repository. */
const kindsOfWork: ReadonlySet<string> = new Set(
  'fix feat feature bug docs doc chore test tests refactor style perf build ci revert deps release'.split(
    ' ',
  ),
);

function rounded(weight: number): number {
  return Math.round(weight * 1_000) / 1_000;
}
