import { posix } from 'node:path';
import { openJavascriptResolver } from './resolve-javascript.ts';
import type { Language } from './language.ts';

/** Finds the files of the repository that an import means; none for packages from outside. */
export type ResolveImport = (
  from: string,
  language: Language,
  written: string,
) => readonly number[];

/** A package of more files than this is not counted as imported file by file. */
const mostOfDirectory = 30;

/** Prepares the resolution of imports among some files. `packages`: the folder of each package by its name. */
export function openResolver(
  paths: readonly string[],
  packages: ReadonlyMap<string, string>,
): ResolveImport {
  const places = new Map(paths.map((path, at) => [path, at]));
  const bySuffix = suffixFinder(paths);
  const javascript = openJavascriptResolver(places, packages);
  const inDirectory = Map.groupBy(places.keys(), (path) => posix.dirname(path));
  return (from, language, written) => {
    switch (language) {
      case 'javascript':
        return javascript(from, written);
      case 'python':
        return pythonTargets(from, written).flatMap((name) =>
          bySuffix(name, ['.py', '/__init__.py'], from),
        );
      case 'go':
        return goDirectory(written, inDirectory).map((path) => places.get(path) ?? 0);
      case 'rust':
        return rustTargets(from, written).flatMap((name) =>
          bySuffix(name, ['.rs', '/mod.rs'], from),
        );
      case 'java':
        return dotted(written).flatMap((name) => bySuffix(name, ['.java'], from));
      case 'php':
        return backslashed(written).flatMap((name) => bySuffix(name, ['.php'], from));
      case 'cpp':
        return bySuffix(near(from, written.replaceAll(/["<>]/gu, '')), [''], from);
      case 'ruby':
        return bySuffix(near(from, written.replaceAll(/['"]/gu, '')), ['.rb', ''], from);
      case 'c-sharp':
      case 'text':
        return [];
    }
  };
}

/** Finds the files whose path ends in a name, the one that shares most folders with the importer first. */
function suffixFinder(
  paths: readonly string[],
): (name: string, endings: readonly string[], from: string) => number[] {
  const byName = Map.groupBy(
    paths.map((path, at) => ({ path, at })),
    ({ path }) => posix.basename(path),
  );
  return (name, endings, from) => {
    for (const ending of endings) {
      const wanted = `${name}${ending}`;
      const candidates = (byName.get(posix.basename(wanted)) ?? []).filter(
        ({ path }) => path === wanted || path.endsWith(`/${wanted}`),
      );
      const best = nearest(candidates, from);
      if (best !== undefined) return [best.at];
    }
    return [];
  };
}

function nearest<Candidate extends { readonly path: string }>(
  candidates: readonly Candidate[],
  from: string,
): Candidate | undefined {
  let best: Candidate | undefined;
  let most = -1;
  for (const candidate of candidates.slice(0, 200)) {
    const length = sharedLength(candidate.path, from);
    if (candidate.path !== from && length > most) [best, most] = [candidate, length];
  }
  return best;
}

function sharedLength(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

/** A name next to the importer where it is relative; otherwise as it is. */
function near(from: string, name: string): string {
  return name.startsWith('.') ? posix.join(posix.dirname(from), name) : name;
}

/** `from .a import b` means `a/b` or `a` next to the importer; `import a.b` means `a/b`. */
function pythonTargets(from: string, written: string): string[] {
  const fromImport = /^from\s+(\.*)([\w.]*)\s+import\s+\(?([^)]*)\)?/su.exec(written);
  if (fromImport === null)
    return [...written.replace(/^import\s+/u, '').matchAll(/([\w.]+)(?:\s+as\s+\w+)?/gu)].map(
      ([, name = '']) => name.replaceAll('.', '/'),
    );
  const [, dots = '', name = '', imported = ''] = fromImport;
  const folder = dots === '' ? '' : posix.join(posix.dirname(from), '../'.repeat(dots.length - 1));
  const base = [folder, name.replaceAll('.', '/')].filter((part) => part !== '').join('/');
  const members = [...imported.matchAll(/(\w+)(?:\s+as\s+\w+)?/gu)].map(
    ([, member = '']) => member,
  );
  return [...members.slice(0, 20).map((member) => posix.join(base, member)), base];
}

/** A Go import is a folder: the longest end of its path that the repository has. */
function goDirectory(written: string, folders: ReadonlyMap<string, string[]>): string[] {
  const parts = written.replaceAll(/["`]/gu, '').split('/');
  // One part alone is the standard library more often than a folder of ours.
  for (let at = 0; at < parts.length && (at === 0 || parts.length - at > 0); at += 1) {
    if (at === 0 && parts.length === 1) break;
    const files = folders.get(parts.slice(at).join('/')) ?? [];
    const sources = files.filter((path) => path.endsWith('.go') && !path.endsWith('_test.go'));
    if (sources.length > 0) return sources.slice(0, mostOfDirectory);
  }
  return [];
}

/** `mod a;` is a file next to the importer, or below its own folder; `use crate::a::b` is `a/b` or `a`. */
function rustTargets(from: string, written: string): string[] {
  const module = /\bmod\s+(\w+)/u.exec(written)?.[1];
  const folder = posix.dirname(from);
  if (module !== undefined)
    return [posix.join(folder, module), posix.join(folder, posix.basename(from, '.rs'), module)];
  const path = /\buse\s+(?:crate|self|super)((?:::\w+)+)/u.exec(written)?.[1];
  const parts = path?.split('::').filter((part) => part !== '') ?? [];
  return parts.map((_, at) => `src/${parts.slice(0, parts.length - at).join('/')}`);
}

function dotted(written: string): string[] {
  const name = /^import\s+(?:static\s+)?([\w.]+)/u.exec(written)?.[1] ?? '';
  const parts = name.split('.');
  // A static import names a member of the class.
  return [parts.join('/'), parts.slice(0, -1).join('/')].filter((path) => path !== '');
}

function backslashed(written: string): string[] {
  const parts = (/^([\w\\]+)/u.exec(written)?.[1] ?? '').split('\\').filter((part) => part !== '');
  return parts
    .slice(0, 3)
    .map((_, at) => parts.slice(at).join('/'))
    .slice(0, 2);
}
