import type { FootprintEntry } from '../model/plan/plan.ts';
import { openPathLocator, type PathLocator } from './path-locator.ts';

const codeSpan = /`([^`\n]{1,300})`/gu;
/** With the letters of Latin scripts. Others are left out, since some write no spaces around a path. */
const bareWord =
  /(?<![\wÀ-ɏ`/.:@-])[\wÀ-ɏ.@-]*[\wÀ-ɏ@-](?:\/[\wÀ-ɏ.@[\]-]+)*\/?(?![\wÀ-ɏ`@-]|:(?!\s|$))/gu;
const extension = /\.(?:[A-Za-z][A-Za-z0-9]{0,9})$/u;

/** Endings that make a bare word a file's name; `e.g`, `v1.2` and `example.com` are not. */
const knownExtension =
  /\.(?:[cm]?[jt]sx?|json5?|ya?ml|toml|md|mdx|rst|txt|py|pyi|rb|go|rs|java|kt|cs|fs|c|h|cc|cpp|hpp|swift|php|ex|exs|erl|hs|scala|clj|lua|sh|bash|sql|html?|css|scss|less|vue|svelte|astro|proto|graphql|gradle|xml|ini|cfg|conf|lock|tf|ipynb|r|jl|dart|zig|nim)$/iu;

/** `all .ts files` names no file. */
const justExtension = /(?:^|\/)\.[A-Za-z]+$/u;

/** All directories of the tree, with a trailing `/`. */
type Directories = () => ReadonlySet<string>;

/** A file or directory of the repository, by the name that an author has for it. */
export type NamedPath = FootprintEntry & {
  /** As the text has it: `sansio/blueprints.py` for `src/flask/sansio/blueprints.py`. */
  readonly name: string;
};

/** The files and directories that an author names in a text. */
export type PathFinder = (text: string) => NamedPath[];

/**
 * Finds the files and directories that an author names in a task's text. Paths that leave the repository do not count.
 * `files` are those of the base, relative to its root.
 */
export function declaredPaths(text: string, files: ReadonlySet<string>): NamedPath[] {
  return openPathFinder(files)(text);
}

/** The same for many texts: the directories are worked out once. */
export function openPathFinder(files: ReadonlySet<string>): PathFinder {
  const directories = once(() => directoriesOf(files));
  const odd = once(() => oddPaths(files));
  const locate = once(() => openPathLocator(files, directories()));
  return (text) => {
    // Most texts name no path, and then nothing has to be worked out.
    const found = /[/.]\S/u.test(text) ? odd().filter((path) => text.includes(path)) : [];
    const rest = found.reduce((left, path) => left.replaceAll(path, ' '), text);
    return pathsIn(rest, found, { files, directories, locate });
  };
}

function once<Value>(work: () => Value): () => Value {
  let done: { readonly value: Value } | null = null;
  return () => (done ??= { value: work() }).value;
}

/** Names that no pattern would find in a text: with spaces, say. Of very many, the first. */
function oddPaths(files: ReadonlySet<string>): string[] {
  const odd: string[] = [];
  for (const path of files) {
    const isTelling = path.includes('/') || knownExtension.test(path);
    const isOdd = isTelling && /[^\wÀ-ɏ./@[\]+~()-]/u.test(path);
    if (isOdd && odd.push(path) >= mostOdd) break;
  }
  // The longest first: `a b.ts` may be part of `c/a b.ts`.
  return odd.toSorted((one, other) => other.length - one.length);
}

const mostOdd = 2_000;

type Tree = {
  readonly files: ReadonlySet<string>;
  readonly directories: Directories;
  readonly locate: () => PathLocator;
};

function pathsIn(text: string, odd: readonly string[], tree: Tree): NamedPath[] {
  const { directories } = tree;
  const candidates = [...spansOf(text), ...wordsOf(text, tree)];
  const known = odd.map((path) => ({ path, shown: path, name: path }));
  const plain = candidates.flatMap(({ path, shown }) => {
    const normal = normalise(path, directories);
    return normal === null ? [] : [{ path: normal, shown, name: path }];
  });
  const unique = new Map([...known, ...plain].map((entry) => [entry.path, entry]));
  const found = [...unique.values()].flatMap((entry) => entriesOf(entry, tree));
  return [...new Map(found.toReversed().map((entry) => [entry.path, entry])).values()].toReversed();
}

/** A name with many matches tells next to nothing. */
const mostMatches = 12;

/** The paths that one name stands for: itself if it exists, otherwise those that end in it, otherwise a new one. */
function entriesOf(
  { path, shown, name }: { readonly path: string; readonly shown: string; readonly name: string },
  { files, directories, locate }: Tree,
): NamedPath[] {
  const reason = `named in the text: ${shown}`;
  const entry = { path, probability: 0.95, reason, isNew: false, isDeclared: true, name };
  if (path.endsWith('/') ? directories().has(path) : files.has(path)) return [entry];
  const matches = locate().endingIn(path);
  if (matches.length > mostMatches) return [];
  if (matches.length > 0)
    return matches.map((match) => ({
      ...entry,
      path: match,
      probability: matches.length === 1 ? 0.95 : 0.9 / matches.length,
      reason: matches.length === 1 ? reason : `${reason}, of which there are ${matches.length}`,
    }));
  return [{ ...entry, path: locate().homeOf(path), isNew: true }];
}

type Candidate = { readonly path: string; readonly shown: string };

function spansOf(text: string): Candidate[] {
  return [...text.matchAll(codeSpan)].flatMap(([, span = '']) => {
    const path = span.trim();
    const isPath =
      /^[\wÀ-ɏ.@~[\]()/+-]+$/u.test(path) && (path.includes('/') || knownExtension.test(path));
    return isPath && looksLocal(path) ? [{ path, shown: `\`${path}\`` }] : [];
  });
}

/** `bat.1.in`: whatever its ending is. `e.g` and `example.com` are the ends of no file's path. */
const dottedName = /^[\wÀ-ɏ@-][\wÀ-ɏ.@/-]{2,}\.[A-Za-z]\w+$/u;

function wordsOf(text: string, { files, directories, locate }: Tree): Candidate[] {
  const bare = text.replaceAll(codeSpan, ' ').replaceAll(/\b\w+:\/\/\S+/gu, ' ');
  return [...bare.matchAll(bareWord)].flatMap(([word]) => {
    const path = word.replace(/\.+$/u, '');
    const isKnown = files.has(path) || (path.includes('/') && directories().has(withSlash(path)));
    const isPath =
      isKnown ||
      (knownExtension.test(path) && !justExtension.test(path)) ||
      (dottedName.test(path) && locate().endingIn(path).length === 1) ||
      /^[\wÀ-ɏ.@-]+(?:\/[\wÀ-ɏ.@-]+)*\/$/u.test(path);
    return isPath && looksLocal(path) ? [{ path, shown: path }] : [];
  });
}

function looksLocal(path: string): boolean {
  return (
    !path.startsWith('/') && !path.startsWith('~') && !path.startsWith('@') && !/^\w+:/u.test(path)
  );
}

/** No system accepts a longer one, and no repository has a deeper one. */
const longestPath = 1_000;
const deepestPath = 64;

/** A path as the index names it; null when it leaves the repository or names nothing. */
function normalise(path: string, directories: Directories): string | null {
  if (path.length > longestPath) return null;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length > deepestPath) return null;
  if (parts.length === 0 || parts.includes('..') || parts[0] === '.git') return null;
  const plain = parts.join('/');
  const isDirectory =
    path.endsWith('/') || directories().has(withSlash(plain)) || !extension.test(plain);
  const isDotFile =
    /(?:^|\/)\.[\w-]+$/u.test(plain) || /^[A-Z][A-Za-z]*$/u.test(parts.at(-1) ?? '');
  return isDirectory && !(isDotFile && !path.endsWith('/')) ? withSlash(plain) : plain;
}

function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

function directoriesOf(files: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  for (const file of files) {
    for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) {
      const directory = file.slice(0, at + 1);
      if (found.has(directory)) break;
      found.add(directory);
    }
  }
  return found;
}
