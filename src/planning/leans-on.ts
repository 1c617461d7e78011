import type { Dependency } from './dependency.ts';
import { wordsOf, type Product } from './product.ts';
import { clausesOf, isDenied } from './sentences.ts';

/** Words after which an author names what must be there first: even a part of its name will do. */
const needing =
  /\b(?:needs?|needing|requir(?:es?|ing)|depend(?:s|ing)? (?:up)?on|depends|rel(?:y|ies|ying) on|buil(?:ds?|t|ding) (?:up)?on|(?:on top|once|after|following) (?:of )?(?:the )?|based on|blocked by|waits? for|prerequisites?:?)\s*/giu;
/** Words after which something is named that may be there already: only a whole name of two words counts. */
const using =
  /\b(?:us(?:es?|ing)|import(?:s|ing)?|call(?:s|ing)?|consum(?:es?|ing)|extend(?:s|ing)?|wrap(?:s|ping)?|reus(?:es?|ing)|(?:unit |integration |api |end-to-end )?tests? (?:for|of|against)|test(?:s|ing)?|integrat(?:es?|ing) with|hooks? into|plugs? into|calls? to|on top of|for the|from the|with the)\s+/giu;

/**
 * What a task's words say that it needs of what others make. `needs the user model` finds the task that makes the user
 * model, `needs hashing` the only one whose product has that word in its name.
 */
export function leansOn(
  task: { readonly ordinal: number; readonly text: string },
  products: readonly Product[],
): Dependency[] {
  const others = products.filter(({ ordinal }) => ordinal !== task.ordinal);
  return clausesOf(task.text).flatMap((clause) =>
    [...strongTerms(clause), ...weakTerms(clause)].flatMap(({ term, isStrong, cue }) => {
      const product = isStrong ? nearestProduct(term, others) : wholeProduct(term, others);
      if (product === null) return [];
      const why = `says “${cue}${term}”, which task ${product.ordinal} makes (${product.name})`;
      return [{ task: task.ordinal, on: product.ordinal, source: 'seen' as const, why }];
    }),
  );
}

type Term = { readonly term: string; readonly cue: string; readonly isStrong: boolean };

function strongTerms(clause: string): Term[] {
  return termsAfter(clause, needing).map((found) => {
    // `after login` is often a moment of the product's life and no order of work.
    const isMoment = /^(?:after|once|following)/iu.test(found.cue);
    return { ...found, isStrong: !isMoment };
  });
}

function weakTerms(clause: string): Term[] {
  return termsAfter(clause, using).map((found) => ({ ...found, isStrong: false }));
}

/** What follows a cue, up to the end of its clause, taken apart at `+`, `,` and `and`. */
function termsAfter(clause: string, cues: RegExp): { term: string; cue: string }[] {
  return [...clause.slice(0, 1_000).matchAll(cues)].flatMap((match) => {
    const before = clause.slice(0, match.index).split(/\s+/u).slice(-3).join(' ');
    if (isDenied(before)) return [];
    const rest = clause.slice(match.index + match[0].length, match.index + match[0].length + 120);
    const [phrase = ''] = rest.split(
      /[()[\]:;.!?]|\s(?:to|so|that|which|when|where|before|but)\s/u,
    );
    return phrase
      .split(/\s*(?:\+|,|&|\/|\band\b|\bor\b)\s*/iu)
      .slice(0, 6)
      .map((term) => ({ term: term.split(/\s+/u).slice(0, 6).join(' ').trim(), cue: match[0] }))
      .filter(({ term }) => term !== '');
  });
}

/** The one product that is named whole, or else the only one that has all the words of a short term. */
function nearestProduct(term: string, products: readonly Product[]): Product | null {
  const whole = wholeProduct(term, products, 1);
  if (whole !== null) return whole;
  const words = wordsOf(term);
  if (words.length === 0 || words.length > 3) return null;
  const holders = products.filter((product) => words.every((word) => product.words.includes(word)));
  return holders.length === 1 ? (holders[0] ?? null) : null;
}

/** The product whose whole name stands in a term; of several the longest. */
function wholeProduct(term: string, products: readonly Product[], least = 2): Product | null {
  const words = wordsOf(term);
  const found = products.filter(
    (product) => product.words.length >= least && holdsRun(words, product.words),
  );
  return found.reduce<Product | null>(
    (best, next) => (best === null || next.words.length > best.words.length ? next : best),
    null,
  );
}

function holdsRun(words: readonly string[], run: readonly string[]): boolean {
  return words.some((_, at) => run.every((word, index) => words[at + index] === word));
}
