import { posix } from 'node:path';
import { fileKind } from './predict/predict-file-kind.ts';

/** Finds the files in a repository that people name by the end of their path. */
export type PathLocator = {
  /** The files, or the directories of a name that ends in `/`, whose path ends in it. */
  readonly endingIn: (name: string) => readonly string[];
  /** Where a new file of that name would lie: in the folder that its kind lives in here. */
  readonly homeOf: (name: string) => string;
};

/** This many files of a kind make a folder its home, if most of the kind are there. */
const fewestAtHome = 3;

/** Sources, tests and documents have homes; settings and the like lie at the root, as do documents in capitals. */
const housed =
  /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|cs|c|cc|cpp|php|ex|exs|scala|swift|mdx?|rst)$/iu;

/** Prepares the files of a repository; directories end in `/`. */
export function openPathLocator(
  files: ReadonlySet<string>,
  directories: ReadonlySet<string>,
): PathLocator {
  const byName = new Map<string, string[]>();
  const add = (path: string): void => {
    const key = posix.basename(path).toLowerCase();
    const known = byName.get(key);
    if (known === undefined) byName.set(key, [path]);
    else known.push(path);
  };
  for (const path of files) add(path);
  for (const path of directories) add(path);
  const homes = homesOf(files);
  const endingIn = (name: string): readonly string[] => {
    const isDirectory = name.endsWith('/');
    const alike = (byName.get(posix.basename(name).toLowerCase()) ?? []).filter(
      (path) => path.endsWith('/') === isDirectory,
    );
    const exact = alike.filter((path) => path.endsWith(`/${name}`));
    if (exact.length > 0) return exact;
    const lower = `/${name.toLowerCase()}`;
    return alike.filter((path) => `/${path.toLowerCase()}`.endsWith(lower));
  };
  return {
    endingIn,
    homeOf: (name) => {
      if (name.endsWith('/')) return name;
      const folder = posix.dirname(name);
      if (folder === '.') return `${homes.get(kindOf(name)) ?? ''}${name}`;
      const top = `${name.slice(0, name.indexOf('/'))}/`;
      const inside = directories.has(top) ? [] : endingIn(`${folder}/`);
      return inside.length === 1 ? `${inside[0]}${posix.basename(name)}` : name;
    },
  };
}

/** By kind of file, the folder where most of them lie. */
function homesOf(files: ReadonlySet<string>): Map<string, string> {
  const counts = new Map<string, Map<string, number>>();
  for (const path of files) {
    const kind = kindOf(path);
    if (kind === '') continue;
    const folders = counts.get(kind) ?? new Map<string, number>();
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    counts.set(kind, folders.set(folder, (folders.get(folder) ?? 0) + 1));
  }
  const homes = new Map<string, string>();
  for (const [kind, folders] of counts) {
    const all = [...folders.values()].reduce((sum, count) => sum + count, 0);
    const [folder = '', count = 0] =
      [...folders].toSorted(([, one], [, other]) => other - one)[0] ?? [];
    if (count >= fewestAtHome && count * 2 > all) homes.set(kind, folder);
  }
  return homes;
}

/** What decides where a file lies: tests and sources by their language, documents; empty where nothing does. */
function kindOf(path: string): string {
  const name = posix.basename(path);
  if (!housed.test(name) || /^(?:[A-Z][A-Z_-]+|\..*)\.\w+$/u.test(name)) return '';
  const { isTest, isDocument, isConfiguration, isFixture } = fileKind(path);
  if (isConfiguration || isFixture) return '';
  const part = isTest ? 'test' : isDocument ? 'document' : 'source';
  return `${part} ${posix.extname(name).toLowerCase()}`;
}
