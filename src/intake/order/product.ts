import type { SubTask } from '../../model/issue/issue.ts';

/** What a task makes, in the words that others would use for it. */
export type Product = {
  readonly ordinal: number;
  /** `user model` of `Create the user model (models/user.py)`. */
  readonly name: string;
  /** Its words in their plain form: lower case, no plural. */
  readonly words: readonly string[];
  /** Whether its task says explicitly that it makes it: `Add the user model`. */
  readonly isMade: boolean;
};

const making =
  /^(?:create|add|implement|build|introduce|write|define|extract|set up|design|develop|make|provide|generate|scaffold)\s+/iu;
const otherVerb =
  /^(?:fix|repair|refactor|update|upgrade|bump|rename|remove|delete|drop|document|test|convert|migrate|move|improve|clean|optimi[sz]e|change|replace|use|verify|check|review|describe|support|handle|allow|enable|integrate|wire|connect)\b/iu;
const fillers = new Set(
  'a an the new our own some all of for to in on with and or that this its it is be as by at from into'.split(
    ' ',
  ),
);

const longestTitle = 500;

/** What a task makes, by its title; null when it makes nothing that has a name: a fix, a test, a document. */
export function productOf({ ordinal, title }: Pick<SubTask, 'ordinal' | 'title'>): Product | null {
  // An author who needs this many words has no name for it; and brackets that never close cost quadratic time.
  const plain = title
    .slice(0, longestTitle)
    .replaceAll(/\([^)]*\)|`[^`]*`|\[[^\]]*\]/gu, ' ')
    .replace(/[:–—].*$/u, '')
    .trim();
  if (otherVerb.test(plain) || /\btests?\b|\bdocumentation\b|\bdocs\b/iu.test(plain)) return null;
  const name = plain
    .replace(making, '')
    .replace(/^(?:an?|the)\s+/iu, '')
    .trim();
  // `Cart API with caching`: what comes after describes it, and does not name it.
  const [head = ''] = name.split(/\s+(?:with|for|to|in|on|using|via|that|which|from|by)\s+/iu);
  const words = wordsOf(head);
  if (words.length === 0 || words.length > 6) return null;
  return { ordinal, name: head.trim(), words, isMade: making.test(plain) };
}

/** The words of a phrase that mean something, in their plain form. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !fillers.has(word))
    .map(plainForm);
}

function plainForm(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.length > 3 && /[^sui]s$/u.test(word) ? word.slice(0, -1) : word;
}
