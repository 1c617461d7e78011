import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Something that root can read and an ordinary user cannot. */
export type RootOnly = { readonly path: string; readonly isDirectory: boolean };

/** Where systems keep what is only for root, and how many levels down it is looked for. */
const places = [
  ['/', 1],
  ['/etc', 6],
  ['/boot', 2],
  ['/var', 3],
] as const;

/** Hidden by other means, or file systems of the kernel's own. */
const elsewhere =
  /^\/(?:proc|sys|dev|run|tmp|root|home|nix|lost\+found)(?:\/|$)|^\/var\/tmp(?:\/|$)/u;

/**
 * What the system keeps from ordinary users by its mode: password hashes, host keys, swap files, other programs' state.
 * A sandbox that root enters would show it. Outermost directories stand for all that is in them.
 */
export async function findRootOnly(): Promise<RootOnly[]> {
  const found = await Promise.all(places.map(([path, depth]) => lookIn(path, depth)));
  return [...new Map(found.flat().map((one) => [one.path, one])).values()];
}

async function lookIn(directory: string, depth: number): Promise<RootOnly[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const found = entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map(async (entry): Promise<RootOnly[]> => {
      const path = join(directory, entry.name);
      const isDirectory = entry.isDirectory();
      if (elsewhere.test(path)) return [];
      // A directory at the root is somebody's own arrangement, and tools may lie in it.
      const isForAll =
        (isDirectory && directory === '/') || (await isReadableByAll(path, isDirectory));
      if (!isForAll) return [{ path, isDirectory }];
      return isDirectory && depth > 1 ? lookIn(path, depth - 1) : [];
    });
  return (await Promise.all(found)).flat();
}

/** One that is gone meanwhile hides nothing. */
async function isReadableByAll(path: string, isDirectory: boolean): Promise<boolean> {
  const { mode } = await stat(path).catch(() => ({ mode: 0o777 }));
  return isDirectory ? (mode & 0o005) === 0o005 : (mode & 0o004) !== 0;
}

/** Homes of people, wherever the system keeps them, from the text of its list of accounts. */
export async function homesOfPeople(): Promise<string[]> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n');
  return lines.flatMap((line) => {
    const [, , id, , , home = ''] = line.split(':');
    const isPerson = Number(id) >= 1_000 && Number(id) < 65_534;
    return isPerson && /^\/[^/]+\/./u.test(home) ? [home] : [];
  });
}
