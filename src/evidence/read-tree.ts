import type { Git } from '../git/git.ts';

/** One file of a commit's tree. */
export type TreeEntry = {
  readonly path: string;
  readonly blob: string;
  /** Bytes; null when git does not have the object at hand. */
  readonly size: number | null;
  /** Symbolic links are files whose text is a path: they are listed, and not read. */
  readonly isLink: boolean;
};

type Options = { readonly git: Git; readonly commit: string; readonly signal?: AbortSignal };

/** The files of a commit. Submodules are commits of other repositories, and left out. */
export async function readTree({ git, commit, signal }: Options): Promise<TreeEntry[]> {
  const call = signal === undefined ? {} : { signal };
  const sized = await git.probe(['ls-tree', '-r', '-l', '-z', commit], call);
  // A partial clone lacks blobs, and with them their sizes.
  const listed =
    sized.code === 0 ? sized.stdout : await git.run(['ls-tree', '-r', '-z', commit], call);
  return listed.split('\0').flatMap((line) => {
    const tab = line.indexOf('\t');
    const [mode, kind, blob, size] = line.slice(0, tab).split(/ +/u);
    if (tab < 0 || kind !== 'blob' || blob === undefined) return [];
    const path = line.slice(tab + 1);
    const bytes = size === undefined ? null : Number(size);
    return [{ path, blob, size: bytes, isLink: mode === '120000' }];
  });
}
