import type { Git } from '../git/git.ts';
import { isInFiles } from '../git/objects.ts';
import { streamObjects } from '../git/stream-objects.ts';
import { readNames } from '../git/trees.ts';
import { asPushed } from './new-content.ts';
import { openSecretScan } from './scan-secrets.ts';

/** A key that was found, with the files of the base in the same place. */
type Placed = { readonly value: string | null; readonly before: readonly string[] };

/** More keys than this are not looked for all over the base, which takes a search each. */
const mostSearches = 50;

/**
 * Says which keys the base has already: they are not revealed now. A file that is changed brings all its lines again,
 * so its earlier version is asked first; a key that was moved is looked for in all files and names of the base.
 */
export async function knownToBase(
  { git, baseSha }: { readonly git: Git; readonly baseSha: string },
  placed: readonly Placed[],
): Promise<(secret: Placed) => boolean> {
  const known = await secretsIn(git, new Set(placed.flatMap(({ before }) => before)));
  const values = new Set(placed.flatMap(({ value }) => value ?? []));
  const unknown = [...values].filter((value) => !known.has(value)).slice(0, mostSearches);
  const names = unknown.length === 0 ? '' : await readNames(git, baseSha, { env: asPushed });
  const isThere = (text: string): Promise<boolean> =>
    isInFiles(git, { commit: baseSha, text }, { env: asPushed });
  for (const value of unknown)
    if (names.includes(value) || (await isThere(value))) known.add(value);
  return ({ value }) => value !== null && known.has(value);
}

async function secretsIn(git: Git, blobs: ReadonlySet<string>): Promise<Set<string>> {
  const known = new Set<string>();
  if (blobs.size === 0) return known;
  await streamObjects({
    git,
    env: asPushed,
    objects: [...blobs],
    open: () => {
      const scan = openSecretScan();
      const end = (): void => {
        for (const { value } of scan.end()) if (value !== null) known.add(value);
      };
      return { take: scan.take, end };
    },
  });
  return known;
}
