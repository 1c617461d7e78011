import { posix } from 'node:path';
import type { Git } from '../git/git.ts';
import { readBlobs } from '../git/read-blobs.ts';
import type { TreeEntry } from '../git/trees.ts';
import type { FactsCache } from './facts-cache.ts';
import type { Depth } from './depth.ts';
import { loadFactReader, type FileFacts, type ReadFacts } from './file-facts.ts';
import { languageOf, type Language } from './language.ts';

type Params = {
  readonly git: Git;
  readonly tree: readonly TreeEntry[];
  /** Paths that changed lately: read first, in case time runs out. */
  readonly recent: ReadonlySet<string>;
  readonly cache: FactsCache;
  readonly timeLimitMs: number;
  readonly depth: Depth;
  readonly signal?: AbortSignal;
};

type AllFacts = {
  readonly facts: ReadonlyMap<string, FileFacts>;
  /** The folder of each JavaScript package of the repository, by its name. */
  readonly packages: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
};

/** Bytes. What is longer is data or generated. */
const mostBytes = 1_000_000;
/** Data files are read only when short: a long one says little of what it is for. */
const mostDataBytes = 50_000;

/** Reads the facts of all files that can be read: from the cache where their blob is known, otherwise from git. */
export async function readAllFacts(params: Params): Promise<AllFacts> {
  const { tree, cache, recent, depth } = params;
  const facts = new Map<string, FileFacts>();
  const wanted: TreeEntry[] = [];
  for (const entry of tree.filter((file) => isReadable(file, depth))) {
    // What was read in depth serves the shallow question, too.
    const known =
      cache.get(keyOf(entry, 'words')) ??
      (depth === 'imports' ? cache.get(keyOf(entry, depth)) : undefined);
    if (isFacts(known)) facts.set(entry.path, known);
    else wanted.push(entry);
  }
  const first = wanted.filter(({ path }) => recent.has(path));
  const unread = await readMissing(
    [...first, ...wanted.filter(({ path }) => !recent.has(path))],
    params,
    facts,
  );
  const large = tree.filter(({ size }) => size !== null && size > mostBytes).length;
  const notes = [
    ...(unread > 0
      ? [`Time ran out: ${unread} files count by their paths and history alone.`]
      : []),
    ...(large > 0 ? [`${large} files over 1 MB were not read.`] : []),
  ];
  return { facts, packages: packagesOf(facts), notes };
}

function isReadable({ path, size, isLink }: TreeEntry, depth: Depth): boolean {
  const language = languageOf(path);
  if (depth === 'imports' && language === 'text' && !isManifest(path)) return false;
  const most = /\.(?:json|ya?ml|html?|css|sql|txt)$/u.test(path) ? mostDataBytes : mostBytes;
  return !isLink && (size === null || size <= most) && language !== null;
}

function keyOf({ path, blob }: TreeEntry, depth: Depth): string {
  const extension = posix.extname(path);
  // The name of a package is its folder's, so that manifests are distinguished from other data.
  return `${depth} ${blob}${isManifest(path) ? ' package' : extension}`;
}

/** Reads what the cache lacks; gives how many files were left when time ran out. */
async function readMissing(
  wanted: readonly TreeEntry[],
  { git, cache, timeLimitMs, depth, signal }: Params,
  facts: Map<string, FileFacts>,
): Promise<number> {
  if (wanted.length === 0) return 0;
  const timeOut = stopAfter(timeLimitMs);
  const languages = new Set(wanted.map(({ path }) => languageOf(path) ?? 'text'));
  const read = await loadFactReader(languages, depth);
  const writer = batchWriter(cache);
  let done = 0;
  const take = (entry: TreeEntry, text: string): void => {
    if (timeOut.isOver()) return;
    const found = factsOf(read, entry.path, text);
    facts.set(entry.path, found);
    writer.add(keyOf(entry, depth), found);
    done += 1;
  };
  const stop = signal === undefined ? timeOut.signal : AbortSignal.any([timeOut.signal, signal]);
  try {
    await readBlobs({ git, entries: wanted, take, signal: stop });
  } catch (error) {
    signal?.throwIfAborted();
    if (!timeOut.isOver()) throw error;
  }
  writer.flush();
  return timeOut.isOver() ? wanted.length - done : 0;
}

/** A separate signal, and a clock next to it: a busy parser delays the one and not the other. */
function stopAfter(ms: number): { readonly signal: AbortSignal; readonly isOver: () => boolean } {
  const endsAt = performance.now() + ms;
  const signal = AbortSignal.timeout(Math.max(0, ms));
  return { signal, isOver: () => signal.aborted || performance.now() > endsAt };
}

/** Facts that are written together: enough to be quick, and few enough to be lost when we are stopped. */
const batchSize = 2_000;

function batchWriter(cache: FactsCache) {
  const fresh = new Map<string, FileFacts>();
  const flush = (): void => {
    cache.put(fresh);
    fresh.clear();
  };
  const add = (key: string, found: FileFacts): void => {
    fresh.set(key, found);
    if (fresh.size >= batchSize) flush();
  };
  return { add, flush };
}

function factsOf(read: ReadFacts, path: string, text: string): FileFacts {
  const language: Language = languageOf(path) ?? 'text';
  if (!isManifest(path)) return read(path, language, text);
  const name = /"name"\s*:\s*"([^"]+)"/u.exec(text)?.[1];
  return { ...read(path, language, text), defines: name === undefined ? [] : [name] };
}

function isManifest(path: string): boolean {
  return posix.basename(path) === 'package.json';
}

function packagesOf(facts: ReadonlyMap<string, FileFacts>): Map<string, string> {
  const packages = new Map<string, string>();
  // Fixtures of package managers reuse names: the shallowest folder is the real one.
  const manifests = [...facts]
    .filter(([path]) => isManifest(path))
    .toSorted(
      ([one], [other]) => one.split('/').length - other.split('/').length || (one < other ? -1 : 1),
    );
  for (const [
    path,
    {
      defines: [name],
    },
  ] of manifests)
    if (name !== undefined && !packages.has(name)) packages.set(name, posix.dirname(path));
  return packages;
}

function isFacts(value: unknown): value is FileFacts {
  return typeof value === 'object' && value !== null && 'defines' in value && 'words' in value;
}
