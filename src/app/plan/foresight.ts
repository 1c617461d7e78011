import { setImmediate } from 'node:timers/promises';
import { openIndex } from '../../evidence/open-index.ts';
import type { Git } from '../../git/git.ts';
import { openFactsCache } from '../../evidence/facts-cache.ts';
import { readChangeSizes } from '../../evidence/read-change-sizes.ts';
import type {
  PredictedFile,
  RepositoryIndex,
  SizeHistory,
} from '../../model/plan/repository-index.ts';
import { isEmptyBarrel } from '../../planning/predict/find-code-dependencies.ts';
import { openPredictor } from '../../planning/predict/predict-footprint.ts';
import type { Said } from '../../planning/predict/pair-words.ts';
import {
  sizeHistory,
  usualChanges,
  type LikeChange,
} from '../../planning/predict/similar-changes.ts';

/** What is asked of a repository for a plan. */
export type ForesightParams = {
  readonly commit: string;
  readonly cacheDirectory: string | null;
  /** The issue's own file, as seen from the repository's root: it has the words of all its tasks, and none works on it. */
  readonly own: string;
  /** The text of each task, by its ordinal. */
  readonly texts: readonly (readonly [ordinal: number, text: string])[];
};

/** What a repository's evidence says of some tasks: plain data, so that another process may have found it out. */
export type Foresight = {
  /** What much of the code imports, with how many files do. */
  readonly hubs: readonly (readonly [path: string, what: string])[];
  readonly emptyBarrels: readonly string[];
  readonly predicted: readonly (readonly [ordinal: number, files: readonly PredictedFile[]])[];
  /** What the words of each task tell about which others it meets. */
  readonly said: readonly (readonly [ordinal: number, said: Said])[];
  /** What the newest changes were, and of each task those that were like it. */
  readonly sizes: {
    readonly usual: SizeHistory['usual'];
    readonly similar: readonly (readonly [ordinal: number, changes: SizeHistory['similar']])[];
  };
};

/** Reads a repository and foresees from it which files each task will touch. */
export async function foresee(git: Git, params: ForesightParams): Promise<Foresight> {
  const { commit, cacheDirectory, own, texts } = params;
  const index = await openIndex({ git, commit, cacheDirectory });
  const predict = openPredictor(withoutWords(index, own));
  const predicted: [number, readonly PredictedFile[]][] = [];
  const like: [number, readonly LikeChange[]][] = [];
  for (const [ordinal, text] of texts) {
    predicted.push([ordinal, predict(text).filter(({ path }) => path !== own)]);
    like.push([ordinal, predict.similar(text)]);
    // Hundreds of texts take seconds; signals and timers are handled between two of them.
    await setImmediate();
  }
  const sizes = await sizesOf({ git, cacheDirectory, index, like });
  const emptyBarrels = index.files.filter(isEmptyBarrel).map(({ path }) => path);
  return {
    hubs: hubsOf(index),
    emptyBarrels,
    predicted,
    said: texts.map(([ordinal, text]) => [ordinal, predict.said(text)]),
    sizes,
  };
}

async function sizesOf(params: {
  readonly git: Git;
  readonly cacheDirectory: string | null;
  readonly index: RepositoryIndex;
  readonly like: readonly (readonly [ordinal: number, changes: readonly LikeChange[]])[];
}): Promise<Foresight['sizes']> {
  const { git, like } = params;
  using cache = openFactsCache(params.cacheDirectory);
  const usual = usualChanges(params.index);
  const alike = like.flatMap(([, changes]) => changes.map(({ change }) => change.commit));
  const known = await readChangeSizes(git, [...usual, ...alike], cache);
  return {
    usual: sizeHistory([], usual, known).usual,
    similar: like.map(([ordinal, changes]) => [ordinal, sizeHistory(changes, [], known).similar]),
  };
}

function withoutWords(index: RepositoryIndex, own: string): RepositoryIndex {
  const files = index.files.map((file) => (file.path === own ? { ...file, words: '' } : file));
  return { ...index, files };
}

/** Files that a twentieth of the code imports, and twenty files at least. */
function hubsOf(index: RepositoryIndex): Foresight['hubs'] {
  const importers = new Map<number, number>();
  for (const { imports } of index.files)
    for (const place of imports) importers.set(place, (importers.get(place) ?? 0) + 1);
  const least = Math.max(20, index.files.length / 20);
  return [...importers]
    .filter(([, count]) => count >= least)
    .map(([place, count]) => [index.files[place]?.path ?? '', `imported by ${count} files`]);
}
