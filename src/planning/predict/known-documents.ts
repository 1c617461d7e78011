import { clausesOf, isDenied } from '../sentences.ts';
import type { Corpus } from './predict-corpus.ts';

/** Documents that people call by what they are: the words for one, the name of its file, and the kind to show. */
const documents: readonly (readonly [kind: string, said: RegExp, path: RegExp])[] = [
  [
    'change log',
    /\bchange ?logs?\b|\brelease notes\b|\bnews (?:entry|fragment)\b/iu,
    /(?:^|\/)(?:changelog|changes|history|news|releases?|release[-_]?notes)(?:\.\w+)?$/u,
  ],
  ['README', /(?<![\w/.-])readme\b(?!\.\w|\/)/iu, /(?:^|\/)readme(?:\.\w+)?$/u],
  ['man page', /\bman(?:ual)?[- ]?pages?\b/iu, /(?:^|\/)man(?:uals?|\d)?\/|\.[1-8](?:\.in)?$/u],
];

/** Of the change logs, READMEs and man pages that past messages mention, this share was touched. */
const likelihood = 0.7;
const mostAlike = 4;

/** The documents that a text speaks of by their kind, by their places in the index. */
export function knownDocuments(
  { kinds }: Corpus,
  text: string,
): Map<number, { readonly probability: number; readonly reason: string }> {
  const found = new Map<number, { readonly probability: number; readonly reason: string }>();
  const clauses = clausesOf(text.slice(0, 20_000)).filter((clause) => !isDenied(clause));
  for (const [kind, said, path] of documents) {
    if (!clauses.some((clause) => said.test(clause))) continue;
    const alike = [...kinds.keys()].filter((at) => {
      const file = kinds[at];
      return file?.isTest === false && !file.isFixture && path.test(file.lower);
    });
    // The one of the whole repository, and not those of its packages.
    const outermost = Math.min(...alike.map((at) => kinds[at]?.depth ?? 0));
    const chosen = alike.filter((at) => kinds[at]?.depth === outermost);
    if (chosen.length > mostAlike) continue;
    const reason = `the text mentions the ${kind}`;
    for (const at of chosen) found.set(at, { probability: likelihood, reason });
  }
  return found;
}
