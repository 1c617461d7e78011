import { wordStem } from '../../model/plan/word-stem.ts';
import type { Corpus } from './predict-corpus.ts';
import { highest, type Habits } from './predict-habits.ts';
import {
  similarChanges,
  wordHabits,
  type SimilarChanges,
  type WordHabits,
} from './predict-history.ts';
import { placesAbove, placesByValue } from './predict-places.ts';
import type { Rows } from './predict-model.ts';
import { readQuery, scopeOf, type Query } from './predict-words.ts';

/** All that is measured of each file for one text before any file is believed in. */
export type FirstLook = {
  readonly query: Query;
  readonly scores: {
    /** 1: its path is named; less: its base name, its stem, or a folder above it. */
    readonly named: Float64Array;
    readonly path: Float64Array;
    readonly stem: Float64Array;
    readonly defines: Float64Array;
    readonly words: Float64Array;
    /** Names of the text that the file defines, the rare ones counting more. */
    readonly definesName: Float64Array;
    /** Names of the text that the file mentions. */
    readonly mentions: Float64Array;
    readonly similar: SimilarChanges;
    readonly habits: WordHabits;
    readonly scope: Float64Array;
    /** The rarest word of the text that its path, its definitions and its text have. */
    readonly rarestPath: Float64Array;
    readonly rarestDefined: Float64Array;
    readonly rarestWord: Float64Array;
  };
  /** The files worth a second thought, each with its row of features. */
  readonly candidates: readonly number[];
  readonly rows: Rows;
};

const mostCandidates = 1_500;

/** Measures every file for a text. */
export function firstLook(corpus: Corpus, habits: Habits, text: string): FirstLook {
  const query = readQuery(text);
  const { terms } = query;
  const scores = {
    named: namedScores(corpus, text),
    path: corpus.paths.score(terms),
    stem: corpus.stems.score(terms),
    defines: corpus.defines.score(terms),
    words: corpus.words.score(terms),
    definesName: definedNames(corpus, query),
    mentions: mentionedNames(corpus, query),
    similar: similarChanges(corpus, terms),
    habits: wordHabits(corpus, terms),
    scope: scopeScores(corpus, text),
    rarestPath: corpus.paths.rarest(terms),
    rarestDefined: corpus.defines.rarest(terms),
    rarestWord: corpus.words.rarest(terms),
  };
  const candidates = candidatesOf(habits, scores);
  const said = taskFeatures(text, query, corpus);
  return { query, scores, candidates, rows: rowsOf({ habits, scores, candidates, said }) };
}

type Scores = FirstLook['scores'];

type RowParams = {
  readonly habits: Habits;
  readonly scores: Scores;
  readonly candidates: readonly number[];
  readonly said: readonly number[];
};

/** What the text makes of a file, what the file is anyway, and what the text is about. */
function rowsOf({ habits, scores, candidates, said }: RowParams): Rows {
  const columns = columnsOf(habits, scores);
  const { fixed } = habits;
  const width = columns.length + fixed.width + said.length;
  const values = new Float64Array(width * candidates.length);
  for (const [place, column] of columns.entries())
    fill(values, { place, width }, candidates, column);
  for (let row = 0; row < candidates.length; row += 1) {
    const from = candidates[row]! * fixed.width;
    const start = row * width + columns.length;
    for (let at = 0; at < fixed.width; at += 1) values[start + at] = fixed.values[from + at]!;
    for (let at = 0; at < said.length; at += 1) values[start + fixed.width + at] = said[at]!;
  }
  return { width, values };
}

/** A figure of each file, to be divided by one number for all, or by one each. */
type Column = { readonly of: Float64Array; readonly by: number | Float64Array };

function fill(
  values: Float64Array,
  { place, width }: { readonly place: number; readonly width: number },
  candidates: readonly number[],
  { of, by }: Column,
): void {
  for (let row = 0; row < candidates.length; row += 1) {
    const file = candidates[row]!;
    values[row * width + place] = of[file]! / (typeof by === 'number' ? by : by[file]!);
  }
}

function columnsOf(habits: Habits, scores: Scores): Column[] {
  const { similar } = scores;
  return [
    plain(scores.named),
    ...[scores.path, scores.stem, scores.defines, scores.words].flatMap((score) => [
      plain(score),
      relative(score),
    ]),
    plain(scores.definesName),
    plain(scores.mentions),
    plain(similar.sum),
    relative(similar.sum),
    plain(similar.most),
    { of: similar.sum, by: habits.rootOfChanges },
    plain(scores.scope),
    plain(scores.habits.sum),
    relative(scores.habits.sum),
    plain(scores.habits.most),
    plain(scores.rarestPath),
    relative(scores.rarestPath),
    relative(scores.rarestDefined),
    relative(scores.rarestWord),
  ];
}

function plain(scores: Float64Array): Column {
  return { of: scores, by: 1 };
}

/** A score as a share of the best one: comparable between repositories and texts. */
function relative(scores: Float64Array): Column {
  return { of: scores, by: highest(scores) };
}

function candidatesOf(habits: Habits, scores: Scores): number[] {
  const worth = scores.named.map((named) => named * 5);
  const shares = [
    scores.path,
    scores.stem,
    scores.defines,
    scores.words,
    scores.similar.sum,
    scores.definesName,
    scores.mentions,
    habits.lately,
  ];
  for (const share of shares) {
    const top = highest(share);
    for (let at = 0; at < worth.length; at += 1) worth[at]! += share[at]! / top;
  }
  const found = placesAbove(worth, 0);
  if (found.length <= mostCandidates) return found;
  const least = worth.toSorted()[worth.length - mostCandidates] ?? 0;
  const best = found.filter((at) => worth[at]! >= least);
  return placesByValue(best, worth).slice(0, mostCandidates);
}

const sorts = [
  /^(?:fix|bug|hotfix)|\bfix(?:es|ed)?\b|\bbugs?\b/iu,
  /^(?:feat|add)|\bimplement|\bsupport\b|\bintroduce/iu,
  /^docs?\b|\breadme\b|\bdocument|\btypos?\b|\bchangelog\b/iu,
  /^tests?\b|\btests?\b|\bcoverage\b/iu,
  /^(?:chore|refactor|style|perf|build|ci)\b|\bclean|\brefactor|\brename|\bmove\b/iu,
  /\bci\b|\bworkflows?\b|\bactions?\b|\bbuild\b|\brelease\b/iu,
  /\btyp(?:es?|ing|ings|escript)\b/iu,
  /\bupgrade|\bbump|\bdependenc|\bdeps\b|\bversions?\b/iu,
] as const;

/** What the text is about, the same for all files: a tree can then weigh a test file by whether tests are asked for. */
function taskFeatures(text: string, { terms, names }: Query, { index }: Corpus): number[] {
  return [
    ...sorts.map((sort) => (sort.test(text) ? 1 : 0)),
    Math.log1p(terms.size),
    Math.log1p(names.size),
    Math.log1p(index.files.length),
    Math.log1p(index.changes.length),
  ];
}

function namedScores(
  { kinds, byStem, places, findPaths, index }: Corpus,
  text: string,
): Float64Array {
  const scores = new Float64Array(kinds.length);
  const raise = (at: number, score: number): void => {
    scores[at] = Math.max(scores[at] ?? 0, score);
  };
  const found = findPaths(text);
  const named = found.map(({ path }) => path);
  for (const { path, probability } of found) {
    const at = places.get(path);
    // Of several files of a name, none is named for certain.
    if (at !== undefined) raise(at, probability >= 0.9 ? 1 : 0.7);
  }
  const words = new Set(text.toLowerCase().match(/[a-z][\w.-]*[a-z\d]/gu));
  for (const [at, { name, stem }] of kinds.entries()) {
    if (name.includes('.') && words.has(name)) raise(at, 0.7);
    if (stem.length > 3 && words.has(stem))
      raise(at, 0.6 / Math.sqrt(byStem.get(stem)?.length ?? 1));
  }
  const folders = named.filter((path) => path.endsWith('/'));
  if (folders.length > 0)
    for (const [at, { path }] of index.files.entries())
      if (folders.some((folder) => path.startsWith(folder))) raise(at, 0.4);
  return scores;
}

function definedNames({ index, definers }: Corpus, { names }: Query): Float64Array {
  const scores = new Float64Array(index.files.length);
  for (const name of names) {
    const files = definers.get(name) ?? [];
    for (const at of files) scores[at] = (scores[at] ?? 0) + 1 / Math.sqrt(files.length);
  }
  return scores;
}

function mentionedNames({ index, words }: Corpus, { names }: Query): Float64Array {
  const scores = new Float64Array(index.files.length);
  for (const name of names) {
    const term = wordStem(name);
    const files = term === null ? [] : words.having(term);
    for (const at of files) scores[at] = (scores[at] ?? 0) + 1 / Math.sqrt(files.length);
  }
  return scores;
}

/** The part of the repository that a text begins with: files with that word in their folder or name. */
function scopeScores({ index, kinds }: Corpus, text: string): Float64Array {
  const wanted = scopeOf(text);
  const scores = new Float64Array(index.files.length);
  if (wanted.length === 0) return scores;
  for (const [at, { lower, segments }] of kinds.entries()) {
    const found = wanted.filter((part) => segments.includes(part)).length;
    const loose = wanted.filter((part) => lower.includes(part)).length;
    scores[at] = (found + loose * 0.3) / wanted.length;
  }
  return scores;
}
