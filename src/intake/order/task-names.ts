import type { SubTask } from '../../model/issue/issue.ts';

/** What a task makes, in the words that others would use for it. */
type Product = {
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
function productOf({ ordinal, title }: Pick<SubTask, 'ordinal' | 'title'>): Product | null {
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
function wordsOf(text: string): string[] {
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

/** A task by the words that others use for it. */
export type NamedTask = Pick<SubTask, 'ordinal' | 'title' | 'reference'>;

/** Finds the task that a phrase refers to; null when there is none, or more than one. */
export type TaskNames = {
  /** By its whole title. */
  readonly byTitle: (title: string) => number | null;
  /** By words of its title, all of which only it has. */
  readonly byPart: (phrase: string, except: number | null) => number | null;
  /** By the whole name of what it makes, which has at least this many words. */
  readonly byProduct: (phrase: string, except: number | null, least: number) => number | null;
  /** By the last word of what it makes, or by a word that only a name looks like (`JWT`). */
  readonly byHead: (phrase: string, except: number | null) => number | null;
};

/** Words that stand for work of any kind: alone they name no task. */
const common = new Set(
  wordsOf(
    'types tests docs documentation readme changelog examples files code changes work data users values options errors functions methods classes names versions releases support cases features bugs issues requests responses review approval care time attention updates fixes benchmark results discussion input output tasks items steps calls ones things parts modules',
  ),
);

/** Indexes tasks by the words of their titles. */
export function openTaskNames(tasks: readonly NamedTask[]): TaskNames {
  const whole = new Map(tasks.map(({ title, ordinal }) => [plain(title), ordinal]));
  const byWord = new Map<string, Set<number>>();
  for (const { title, ordinal } of tasks)
    for (const word of wordsOf(title.slice(0, 500)))
      byWord.set(word, (byWord.get(word) ?? new Set<number>()).add(ordinal));
  const products = tasks.flatMap((task) => productOf(task) ?? []);
  const byFirst = Map.groupBy(products, ({ words }) => words[0] ?? '');
  const byAny = new Map<string, Product[]>();
  for (const product of products)
    for (const word of new Set(product.words))
      byAny.set(word, [...(byAny.get(word) ?? []), product]);
  return {
    byTitle: (title) => whole.get(plain(title)) ?? null,
    byPart: (phrase, except) => {
      const sets = wordsOf(phrase).map((word) => byWord.get(word) ?? new Set<number>());
      const [first, ...rest] = sets;
      if (first === undefined || sets.length > 8) return null;
      const found = [...first].filter(
        (ordinal) => ordinal !== except && rest.every((set) => set.has(ordinal)),
      );
      return found.length === 1 ? (found[0] ?? null) : null;
    },
    byProduct: (phrase, except, least) => {
      const words = wordsOf(phrase);
      const found = words
        .flatMap((word, at) =>
          (byFirst.get(word) ?? []).filter((product) =>
            product.words.every((each, index) => words[at + index] === each),
          ),
        )
        .filter(({ ordinal, words: { length } }) => ordinal !== except && length >= least);
      return longest(found)?.ordinal ?? null;
    },
    byHead: (phrase, except) => byHead(phrase, except, byAny),
  };
}

function byHead(
  phrase: string,
  except: number | null,
  byAny: ReadonlyMap<string, readonly Product[]>,
): number | null {
  const words = wordsOf(phrase);
  const [first] = words;
  if (first === undefined || words.length > 3) return null;
  const holders = (byAny.get(first) ?? []).filter(
    (product) => product.ordinal !== except && words.every((word) => product.words.includes(word)),
  );
  const [holder] = holders;
  if (holder === undefined || holders.length > 1) return null;
  if (words.length > 1) return holder.ordinal;
  const isName = /\p{Lu}{2}/u.test(phrase);
  const isHead = holder.isMade && holder.words.at(-1) === first;
  return isName || isHead ? holder.ordinal : null;
}

/** Whether a phrase is a single word that stands for work of any kind. */
export function isCommon(phrase: string): boolean {
  const words = wordsOf(phrase);
  return words.every((word) => common.has(word));
}

function longest(products: readonly Product[]): Product | null {
  return products.reduce<Product | null>(
    (best, next) => (best === null || next.words.length > best.words.length ? next : best),
    null,
  );
}

function plain(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
