import { wordStem } from '../../model/plan/word-stem.ts';

/** A text's words by their stems, each with a weight: what the first line says counts most. */
export type Query = {
  readonly terms: ReadonlyMap<string, number>;
  /** Names as code has them (`camelCase`, `snake_case`, what is in back-quotes), whole and in lower case. */
  readonly names: ReadonlySet<string>;
};

const parts = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/gu;
const word = /[A-Za-z][A-Za-z0-9_]*/gu;
const bodyWeight = 0.5;
const mostRead = 20_000;

/** Reads the words of a task. */
export function readQuery(text: string): Query {
  const terms = new Map<string, number>();
  const names = new Set<string>();
  const [title = '', ...body] = text.slice(0, mostRead).split('\n');
  const read = (line: string, weight: number): void => {
    for (const found of pieces(line)) {
      const term = wordStem(found);
      if (term !== null) terms.set(term, Math.max(terms.get(term) ?? 0, weight));
    }
    for (const name of namesIn(line)) names.add(name);
  };
  read(title, 1);
  for (const line of body) read(line, bodyWeight);
  return { terms, names };
}

/** The words of the part of a repository that a text begins with: `fix(parser): …`, `parser: …`, `[parser]: …`. */
export function scopeOf(text: string): string[] {
  const title = text.split('\n', 1)[0] ?? '';
  const scope = /^\w+!?\(([^)]{1,60})\)|^\[?([\w/.@-]{2,40})\]?:/u.exec(title);
  return (scope?.[1] ?? scope?.[2] ?? '')
    .toLowerCase()
    .split(/[^a-z\d-]+/u)
    .filter((part) => part.length > 1);
}

/** A sentence that asks for tests, and says of no part of the repository which. */
const testRequest =
  /(?<=[.!?;:)]\s{1,3}|\n\s{0,8})(?:please )?(?:include|add|write|provide|with|needs?|requires?) (?:some |the |its |their )?(?:(?:unit|integration|api|e2e|end-to-end|regression|automated|good|proper) ){0,3}(?:tests?|specs?|(?:test )?coverage)[ \t]*(?=[.!?;\n]|$)/giu;
/** What forms and tables say of every task: `Tests: 10`, `Est Time: 15min`, `Tests: none`. */
const formField =
  /(?<=^|[\n,;|(]|[.!?] )[ \t]{0,8}(?:[*_]{1,2})?(?:files?|loc(?: est)?|lines(?: of code)?|tests?|complexity|size|priority|effort|est(?:\.|imate[ds]?)?(?: time)?|time)(?:[*_]{1,2})?[ \t]?[:=][ \t]?(?:~?\d[\w.]{0,9}(?: ?(?:min(?:ute)?s?|h(?:ours?)?))?|low|medium|high|none|yes|no|n\/a)(?=[\s.,;|)]|$)/giu;

/** A text without the words that say nothing of where its work is, though files may be named like them. */
export function withoutForms(text: string): string {
  return text.slice(0, mostRead).replaceAll(testRequest, ' ').replaceAll(formField, ' ');
}

/** The words of a text: identifiers whole and in parts, in lower case. */
export function pieces(text: string): string[] {
  return (text.match(word) ?? []).flatMap((name) => {
    const whole = name.toLowerCase().replaceAll('_', '');
    if (!/[a-z][A-Z]|_|\d/u.test(name)) return [whole];
    return [whole, ...(name.match(parts) ?? []).map((part) => part.toLowerCase())];
  });
}

function namesIn(line: string): string[] {
  const spans = [...line.matchAll(/`([^`\n]{2,80})`/gu)].flatMap(
    ([, span = '']) => span.match(word) ?? [],
  );
  const coded = (line.match(word) ?? []).filter((name) => /[a-z][A-Z]|._.|^[A-Z]{2}/u.test(name));
  return [...spans, ...coded]
    .filter((name) => name.length > 2)
    .map((name) => name.toLowerCase().replaceAll('_', ''));
}
