import { wordStem } from '../model/word-stem.ts';

/** A text's words by their stems, each with a weight: what the first line says counts most. */
export type Query = {
  readonly terms: ReadonlyMap<string, number>;
  /** Names as code has them (`camelCase`, `snake_case`, what stands in back-quotes), whole and in lower case. */
  readonly names: ReadonlySet<string>;
};

const parts = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/gu;
const word = /[A-Za-z][A-Za-z0-9_]*/gu;
const bodyWeight = 0.5;

/** Reads the words of a task. */
export function readQuery(text: string): Query {
  const terms = new Map<string, number>();
  const names = new Set<string>();
  const [title = '', ...body] = text.slice(0, 20_000).split('\n');
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
