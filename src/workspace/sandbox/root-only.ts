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
 * What the system keeps from ordinary users by its mode, or for a service by its owner: password hashes, host keys, swap
 * files, databases. A sandbox that root enters would show it. Outermost directories stand for all that is in them.
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
      const isForAll = isDirectory
        ? await isDirectoryForAll(path, directory)
        : await hasMode(path, 0o004);
      if (!isForAll) return [{ path, isDirectory }];
      return isDirectory && depth > 1 ? lookIn(path, depth - 1) : [];
    });
  return (await Promise.all(found)).flat();
}

/** A directory at the root is somebody's own arrangement, and tools may lie in it. A service's state is its own. */
async function isDirectoryForAll(path: string, parent: string): Promise<boolean> {
  if (parent === '/') return true;
  const isOfService = serviceState.has(parent) && (await stat(path).catch(() => null))?.uid !== 0;
  return !isOfService && (await hasMode(path, 0o005));
}

const serviceState: ReadonlySet<string> = new Set(['/var/lib', '/var/cache', '/var/log']);

/** One that is gone meanwhile hides nothing. */
async function hasMode(path: string, wanted: number): Promise<boolean> {
  const { mode } = await stat(path).catch(() => ({ mode: 0o777 }));
  return (mode & wanted) === wanted;
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
