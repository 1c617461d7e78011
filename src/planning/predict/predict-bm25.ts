/** One kind of text of many documents, ready for questions. */
export type Field = {
  /** BM25 scores of all documents for weighted terms. */
  readonly score: (terms: ReadonlyMap<string, number>) => Float64Array;
  /** How telling a term is: 0 where every document has it. */
  readonly rarity: (term: string) => number;
  /** For all documents the rarity of the rarest of some terms that they have. */
  readonly rarest: (terms: ReadonlyMap<string, number>) => Float64Array;
  /** The documents that have a term, in order. */
  readonly having: (term: string) => readonly number[];
};

/** Collects a field document by document, in order. */
export type FieldBuilder = {
  readonly add: (document: number, term: string, times: number) => void;
  readonly build: () => Field;
};

const saturation = 1.2;
const lengthWeight = 0.6;
/** A posting is one number, document × base + times: half the memory of two, and a file has a million of them. */
const base = 16;

/** Starts a field over `count` documents. */
export function openField(count: number): FieldBuilder {
  const postings = new Map<string, number[]>();
  const lengths = new Float64Array(count);
  const add = (document: number, term: string, times: number): void => {
    lengths[document] = (lengths[document] ?? 0) + times;
    const known = postings.get(term);
    if (known === undefined) {
      postings.set(term, [document * base + Math.min(times, base - 1)]);
      return;
    }
    const last = known.at(-1) ?? 0;
    if (Math.floor(last / base) !== document)
      known.push(document * base + Math.min(times, base - 1));
    else known[known.length - 1] = document * base + Math.min((last % base) + times, base - 1);
  };
  return { add, build: () => fieldOf(postings, lengths) };
}

function fieldOf(postings: ReadonlyMap<string, readonly number[]>, lengths: Float64Array): Field {
  const count = lengths.length;
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, count) || 1;
  const rarity = (term: string): number => {
    const having = postings.get(term)?.length ?? 0;
    return Math.log(1 + (count - having + 0.5) / (having + 0.5));
  };
  const score = (terms: ReadonlyMap<string, number>): Float64Array => {
    const scores = new Float64Array(count);
    for (const [term, weight] of terms) {
      const value = rarity(term) * weight * (saturation + 1);
      for (const posting of postings.get(term) ?? []) {
        const document = Math.floor(posting / base);
        const times = posting % base;
        const length = (lengths[document] ?? 0) / average;
        const norm = saturation * (1 - lengthWeight + lengthWeight * length);
        scores[document] = (scores[document] ?? 0) + (value * times) / (times + norm);
      }
    }
    return scores;
  };
  const having = (term: string): number[] =>
    (postings.get(term) ?? []).map((posting) => Math.floor(posting / base));
  const rarest = (terms: ReadonlyMap<string, number>): Float64Array => {
    const best = new Float64Array(count);
    for (const [term, weight] of terms) {
      const value = rarity(term) * weight;
      for (const document of having(term))
        if (value > (best[document] ?? 0)) best[document] = value;
    }
    return best;
  };
  return { score, rarity, rarest, having };
}
