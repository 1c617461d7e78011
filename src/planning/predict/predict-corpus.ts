import type { RepositoryIndex } from '../../model/plan/repository-index.ts';
import { wordStem } from '../../model/plan/word-stem.ts';
import { openPathFinder, type PathFinder } from '../declared-paths.ts';
import { openField, type Field, type FieldBuilder } from './predict-bm25.ts';
import { fileKind, type FileKind } from './predict-file-kind.ts';
import { pieces } from './predict-words.ts';

/** An index made ready for many questions. */
export type Corpus = {
  readonly index: RepositoryIndex;
  readonly existing: ReadonlySet<string>;
  /** The place of each path. */
  readonly places: ReadonlyMap<string, number>;
  /** Finds what a text names among the files. */
  readonly findPaths: PathFinder;
  readonly kinds: readonly FileKind[];
  /** By the words of the path. */
  readonly paths: Field;
  /** By the words of the file's name alone. */
  readonly stems: Field;
  /** By the names the file defines. */
  readonly defines: Field;
  /** By the words of its text. */
  readonly words: Field;
  /** Of past changes, by their message. */
  readonly messages: Field;
  /** For each file the places in `index.changes` that touched it, newest first. */
  readonly changesOf: readonly (readonly number[])[];
  readonly importedBy: readonly (readonly number[])[];
  /** Files that share a stem: a source and its tests. */
  readonly byStem: ReadonlyMap<string, readonly number[]>;
  /** For each name that is defined, in lower case without `_`, the files. */
  readonly definers: ReadonlyMap<string, readonly number[]>;
};

/** Prepares an index. The cost is that of reading every word of it once. */
export function openCorpus(index: RepositoryIndex): Corpus {
  const { files, changes } = index;
  const stems = memoised(wordStem);
  const fieldOf = (
    fill: (builder: FieldBuilder, at: number) => void,
    count = files.length,
  ): Field => {
    const builder = openField(count);
    for (let at = 0; at < count; at += 1) fill(builder, at);
    return builder.build();
  };
  const adder = (builder: FieldBuilder, at: number) => (raw: string, times: number) => {
    const term = stems(raw);
    if (term !== null) builder.add(at, term, times);
  };
  const kinds = files.map(({ path }) => fileKind(path));
  const existing = new Set(files.map(({ path }) => path));
  return {
    index,
    existing,
    places: new Map(files.map(({ path }, at) => [path, at])),
    findPaths: openPathFinder(existing),
    kinds,
    paths: fieldOf((builder, at) => {
      const add = adder(builder, at);
      for (const piece of pieces(files[at]?.path ?? '')) add(piece, 1);
    }),
    stems: fieldOf((builder, at) => {
      const add = adder(builder, at);
      const path = files[at]?.path ?? '';
      const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/u, '');
      for (const piece of pieces(name)) add(piece, 1);
      add(kinds[at]?.stem.replaceAll(/[^a-z\d]/gu, '') ?? '', 1);
    }),
    defines: fieldOf((builder, at) => {
      const add = adder(builder, at);
      for (const name of files[at]?.defines ?? []) for (const piece of pieces(name)) add(piece, 1);
    }),
    words: fieldOf((builder, at) => addWords(builder, at, files[at]?.words ?? '')),
    messages: fieldOf((builder, at) => {
      const add = adder(builder, at);
      for (const piece of pieces(changes[at]?.message ?? '')) add(piece, 1);
    }, changes.length),
    changesOf: inverted(
      changes.map((change) => change.files),
      files.length,
    ),
    importedBy: inverted(
      files.map(({ imports }) => imports),
      files.length,
    ),
    byStem: Map.groupBy(files.keys(), (at) => kinds[at]?.stem ?? ''),
    definers: definersOf(index),
  };
}

const timesByLine = [5, 2, 1] as const;

/** The index has them as stems. */
function addWords(builder: FieldBuilder, at: number, words: string): void {
  for (const [line, text] of words.split('\n').entries()) {
    if (text === '') continue;
    for (const stem of text.split(' ')) builder.add(at, stem, timesByLine[line] ?? 1);
  }
}

function inverted(lists: readonly (readonly number[])[], count: number): number[][] {
  const all: number[][] = Array.from({ length: count }, () => []);
  for (const [at, list] of lists.entries()) for (const place of list) all[place]?.push(at);
  return all;
}

function definersOf({ files }: RepositoryIndex): Map<string, number[]> {
  const definers = new Map<string, number[]>();
  for (const [at, { defines }] of files.entries())
    for (const name of defines) {
      const lower = name.toLowerCase();
      const key = lower.includes('_') ? lower.replaceAll('_', '') : lower;
      const known = definers.get(key);
      if (known === undefined) definers.set(key, [at]);
      else if (known.at(-1) !== at) known.push(at);
    }
  return definers;
}

function memoised(read: (word: string) => string | null): (word: string) => string | null {
  const known = new Map<string, string | null>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const found = read(word);
    known.set(word, found);
    return found;
  };
}
