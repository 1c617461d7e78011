import { linesOf, records, type Git, type GitCallOptions } from './git.ts';

/** The paths of all files of a commit, submodules included. */
export async function listFiles(git: Git, commit: string): Promise<string[]> {
  return records(await git.run(['ls-tree', '-r', '-z', '--name-only', commit]));
}

/** The paths of all files and folders of a commit, each with a NUL after it. */
export async function readNames(
  git: Git,
  commit: string,
  options: GitCallOptions,
): Promise<string> {
  return git.run(['ls-tree', '-r', '-t', '-z', '--name-only', commit], options);
}

/** The paths in a folder of a commit, whose name ends in a slash; null when the commit is not here. */
export async function findNamesIn(
  git: Git,
  commit: string,
  folder: string,
): Promise<string[] | null> {
  const { code, stdout } = await git.probe(['ls-tree', '--name-only', commit, folder]);
  return code === 0 ? linesOf(stdout) : null;
}

/** The sizes in bytes of all files of a commit; a submodule has none. */
export async function listFileSizes(git: Git, commit: string): Promise<number[]> {
  const sizes = await git.run(['ls-tree', '-r', '--format=%(objectsize)', commit]);
  return Array.from(sizes.matchAll(/^ *\d+$/gmu), ([digits]) => Number(digits));
}

/** A commit's entries of some paths, each as `<mode> <type> <id>` TAB `<path>`; what is not there is left out. */
export async function listEntries(
  git: Git,
  commit: string,
  paths: readonly string[],
): Promise<string[]> {
  return records(await git.run(['ls-tree', '-z', '--full-tree', commit, '--', ...paths]));
}

/** One file of a commit's tree. */
export type TreeEntry = {
  readonly path: string;
  readonly blob: string;
  /** Bytes; null when git does not have the object at hand. */
  readonly size: number | null;
  /** Symbolic links are files whose text is a path: they are listed, and not read. */
  readonly isLink: boolean;
};

/** The files of a commit. Submodules are commits of other repositories, and left out. */
export async function listBlobs(
  git: Git,
  commit: string,
  options: GitCallOptions = {},
): Promise<TreeEntry[]> {
  const sized = await git.probe(['ls-tree', '-r', '-l', '-z', commit], options);
  // A partial clone lacks blobs, and with them their sizes.
  const listed =
    sized.code === 0 ? sized.stdout : await git.run(['ls-tree', '-r', '-z', commit], options);
  return listed.split('\0').flatMap((line) => {
    const tab = line.indexOf('\t');
    const [mode, kind, blob, size] = line.slice(0, tab).split(/ +/u);
    if (tab < 0 || kind !== 'blob' || blob === undefined) return [];
    const path = line.slice(tab + 1);
    const bytes = size === undefined ? null : Number(size);
    return [{ path, blob, size: bytes, isLink: mode === '120000' }];
  });
}
