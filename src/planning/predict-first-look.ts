import { declaredPaths } from './declared-paths.ts';
import type { Corpus } from './predict-corpus.ts';
import {
  ageWeight,
  similarChanges,
  wordHabits,
  type SimilarChanges,
  type WordHabits,
} from './predict-history.ts';
import { readQuery, type Query } from './predict-words.ts';
import { wordStem } from '../model/word-stem.ts';

/** All that is measured of each file for one text before any file is believed in. */
export type FirstLook = {
  readonly query: Query;
  readonly scores: {
    /** 1: its path is named; less: its base name, its stem, or a folder round it. */
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
  readonly rows: readonly Float64Array[];
};

const mostCandidates = 1_500;

/** What one file was lately: worked out once for an index. */
export type Habits = {
  /** Over the last few changes, the last sixty or so, and all. */
  readonly now: Float64Array;
  readonly lately: Float64Array;
  readonly ever: Float64Array;
  readonly since: Float64Array;
};

/** How often and how lately each file changed. */
export function habitsOf({ index, changesOf }: Corpus): Habits {
  const per = (read: (changes: readonly number[]) => number): Float64Array =>
    Float64Array.from(changesOf, read);
  return {
    now: per((changes) => changes.reduce((sum, at) => sum + Math.exp(-at / 6), 0)),
    lately: per((changes) => changes.reduce((sum, at) => sum + Math.exp(-at / 60), 0)),
    ever: per((changes) => changes.reduce((sum, at) => sum + ageWeight(at), 0)),
    since: per((changes) => changes[0] ?? index.changes.length + 500),
  };
}

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
  const columns = columnsOf(corpus, habits, scores);
  const candidates = candidatesOf(corpus, habits, scores);
  const said = taskFeatures(text, query, corpus);
  const rows = candidates.map((at) => {
    const row = new Float64Array(columns.length + said.length);
    for (const [place, column] of columns.entries()) row[place] = column(at);
    row.set(said, columns.length);
    return row;
  });
  return { query, scores, candidates, rows };
}

type Scores = FirstLook['scores'];
type Column = (file: number) => number;

function columnsOf(corpus: Corpus, habits: Habits, scores: Scores): Column[] {
  const { kinds, importedBy, changesOf } = corpus;
  const { files } = corpus.index;
  const { similar } = scores;
  const flag = (is: boolean | undefined): number => (is === true ? 1 : 0);
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
    (at) => (similar.sum[at] ?? 0) / Math.sqrt(1 + (changesOf[at]?.length ?? 0)),
    plain(scores.scope),
    plain(scores.habits.sum),
    relative(scores.habits.sum),
    plain(scores.habits.most),
    plain(scores.rarestPath),
    relative(scores.rarestPath),
    relative(scores.rarestDefined),
    relative(scores.rarestWord),
    (at) => Math.log1p(habits.now[at] ?? 0),
    (at) => Math.log1p(habits.lately[at] ?? 0),
    (at) => Math.log1p(habits.ever[at] ?? 0),
    relative(habits.ever),
    (at) => Math.log1p(habits.since[at] ?? 0),
    (at) => flag(kinds[at]?.isTest),
    (at) => flag(kinds[at]?.isDocument),
    (at) => flag(kinds[at]?.isConfiguration),
    (at) => flag(kinds[at]?.isFixture),
    (at) => kinds[at]?.depth ?? 0,
    (at) => Math.log1p(files[at]?.words.length ?? 0),
    (at) => Math.log1p(files[at]?.defines.length ?? 0),
    (at) => Math.log1p(importedBy[at]?.length ?? 0),
    (at) => Math.log1p(files[at]?.imports.length ?? 0),
  ];
}

function plain(scores: Float64Array): Column {
  return (at) => scores[at] ?? 0;
}

/** A score as a share of the best one: comparable between repositories and texts. */
function relative(scores: Float64Array): Column {
  const top = scores.reduce((most, score) => Math.max(most, score), 0) || 1;
  return (at) => (scores[at] ?? 0) / top;
}

function candidatesOf(corpus: Corpus, habits: Habits, scores: Scores): number[] {
  const all = [
    scores.path,
    scores.stem,
    scores.defines,
    scores.words,
    scores.similar.sum,
    scores.definesName,
    scores.mentions,
    habits.lately,
  ].map(relative);
  const worth = Float64Array.from(corpus.index.files, (_, at) =>
    all.reduce((sum, score) => sum + score(at), (scores.named[at] ?? 0) * 5),
  );
  const found = [...worth.keys()].filter((at) => (worth[at] ?? 0) > 0);
  if (found.length <= mostCandidates) return found;
  return found
    .toSorted((one, other) => (worth[other] ?? 0) - (worth[one] ?? 0))
    .slice(0, mostCandidates);
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

function namedScores({ index, kinds, byStem, existing }: Corpus, text: string): Float64Array {
  const scores = new Float64Array(index.files.length);
  const raise = (at: number, score: number): void => {
    scores[at] = Math.max(scores[at] ?? 0, score);
  };
  const named = new Map(declaredPaths(text, existing).map((entry) => [entry.path, entry]));
  const folders = [...named.keys()].filter((path) => path.endsWith('/'));
  const words = new Set(text.toLowerCase().match(/[a-z][\w.-]*[a-z\d]/gu));
  for (const [at, { path }] of index.files.entries()) {
    if (named.has(path)) raise(at, 1);
    const lower = kinds[at]?.lower ?? '';
    const name = lower.slice(lower.lastIndexOf('/') + 1);
    if (name.includes('.') && words.has(name)) raise(at, 0.7);
    if (folders.some((folder) => path.startsWith(folder))) raise(at, 0.4);
    const own = kinds[at]?.stem ?? '';
    if (own.length > 3 && words.has(own)) raise(at, 0.6 / Math.sqrt(byStem.get(own)?.length ?? 1));
  }
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

/** `fix(parser): …` and `parser: …` name a part of the repository: files with that word in their folder or name. */
function scopeScores({ index, kinds }: Corpus, text: string): Float64Array {
  const title = text.split('\n', 1)[0] ?? '';
  const scope = /^\w+!?\(([^)]{1,60})\)|^\[?([\w/.@-]{2,40})\]?:/u.exec(title);
  const wanted = (scope?.[1] ?? scope?.[2] ?? '')
    .toLowerCase()
    .split(/[^a-z\d-]+/u)
    .filter((part) => part.length > 1);
  const scores = new Float64Array(index.files.length);
  if (wanted.length === 0) return scores;
  for (const [at, { lower, segments }] of kinds.entries()) {
    const found = wanted.filter((part) => segments.includes(part)).length;
    const loose = wanted.filter((part) => lower.includes(part)).length;
    scores[at] = (found + loose * 0.3) / wanted.length;
  }
  return scores;
}
