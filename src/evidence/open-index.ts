import type { Git } from '../git/git.ts';
import { resolveCommit } from '../git/refs.ts';
import { isShallow } from '../git/repository.ts';
import { listBlobs } from '../git/trees.ts';
import type { IndexedFile, PastChange, RepositoryIndex } from '../model/plan/repository-index.ts';
import { openFactsCache, type FactsCache } from './facts-cache.ts';
import type { Depth } from './depth.ts';
import { readAllFacts } from './read-all-facts.ts';
import { readHistory, type Change } from './read-history.ts';
import { openResolver } from './resolve-imports.ts';
import { languageOf } from './language.ts';

export type OpenIndexOptions = {
  /** Git on the repository, or on a bare clone of it. */
  readonly git: Git;
  /** Anything that git resolves to a commit. Nothing newer than it is looked at. */
  readonly commit: string;
  /** Where facts about blobs are kept between calls; null: nowhere. It may be deleted at any time. */
  readonly cacheDirectory: string | null;
  readonly signal?: AbortSignal;
  /** Milliseconds for reading files; what is not read by then counts by its path and history alone. */
  readonly timeLimitMs?: number;
  /** Imports alone cost a third of what prediction needs: names and words as well. The latter without it. */
  readonly depth?: Depth;
};

const mostCommits = 3_000;
const defaultTimeLimitMs = 30_000;
/** Only with more files than this can time run out, so that the order of reading matters. */
const manyFiles = 20_000;

/** Reads a repository at one commit: its files, its history, the names they define and what they import. */
export async function openIndex(options: OpenIndexOptions): Promise<RepositoryIndex> {
  using cache = openFactsCache(options.cacheDirectory);
  // Awaited here: the cache is closed on the way out.
  return await readIndex(options, cache);
}

/** The same with a cache that the caller keeps open. */
export async function readIndex(
  options: OpenIndexOptions,
  cache: FactsCache,
): Promise<RepositoryIndex> {
  const { git, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const shallow = isShallow(git, call);
  const commit = await findCommit(options);
  const at = { git, commit, ...call };
  const { timeLimitMs = defaultTimeLimitMs, depth = 'words' } = options;
  const past = cachedHistory(at, cache);
  const reading = listBlobs(git, commit, call).then(async (tree) => {
    const recent = tree.length > manyFiles ? recentPaths(await past) : new Set<string>();
    const params = { git, tree, recent, cache, timeLimitMs, depth, ...call };
    return { tree, ...(await readAllFacts(params)) };
  });
  const [{ tree, facts, packages, notes }, history, cut] = await Promise.all([
    reading,
    past,
    shallow,
  ]);
  const paths = tree.map(({ path }) => path);
  const resolve = openResolver(paths, packages);
  const files = tree.map(({ path }): IndexedFile => {
    const known = facts.get(path);
    if (known === undefined) return { path, defines: [], imports: [], words: '' };
    const { defines, words } = known;
    const language = languageOf(path) ?? 'text';
    const imports = [...new Set(known.imports.flatMap((name) => resolve(path, language, name)))];
    return { path, defines, imports, words };
  });
  const short = cut ? ['The clone is shallow: only a part of its history is known.'] : [];
  return { commit, files, changes: placed(history, paths), notes: [...notes, ...short] };
}

/** A whole id needs no git to say what it is. */
async function findCommit({ git, commit, signal }: OpenIndexOptions): Promise<string> {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u.test(commit)) return commit;
  return resolveCommit(git, commit, signal === undefined ? {} : { signal });
}

/** What changed lately is read first, in case time runs out. */
function recentPaths(history: readonly Change[]): Set<string> {
  return new Set(history.slice(0, 500).flatMap(({ paths }) => paths));
}

type At = { readonly git: Git; readonly commit: string; readonly signal?: AbortSignal };

async function cachedHistory(at: At, cache: FactsCache): Promise<readonly Change[]> {
  const key = `history ${at.commit}`;
  const known = cache.get(key);
  if (Array.isArray(known)) return known as readonly Change[];
  const history = await readHistory({ ...at, limit: mostCommits });
  cache.put(new Map([[key, history]]));
  return history;
}

function placed(history: readonly Change[], paths: readonly string[]): PastChange[] {
  const places = new Map(paths.map((path, at) => [path, at]));
  return history.map(({ paths: touched, ...change }) => {
    const files = touched.map((path) => places.get(path)).filter((place) => place !== undefined);
    return { ...change, files: [...new Set(files)] };
  });
}
