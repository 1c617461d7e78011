import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../files/replace-file.ts';

/** Which repository a state directory belongs to: its clone does not say, since it has no remote. */
export type StateOrigin = { readonly gitDirectory: string };

const fileName = 'origin.json';

/** Writes down which repository a state directory belongs to, unless that is known. */
export async function ensureOrigin(stateRoot: string, gitDirectory: string): Promise<void> {
  if ((await readOrigin(stateRoot))?.gitDirectory === gitDirectory) return;
  const origin: StateOrigin = { gitDirectory };
  await replaceFile(join(stateRoot, fileName), `${JSON.stringify(origin)}\n`);
}

/** Which repository a state directory belongs to; null where that is not written down. */
export async function readOrigin(stateRoot: string): Promise<StateOrigin | null> {
  try {
    const origin = JSON.parse(
      await readFile(join(stateRoot, fileName), 'utf8'),
    ) as Partial<StateOrigin>;
    return typeof origin.gitDirectory === 'string' ? { gitDirectory: origin.gitDirectory } : null;
  } catch {
    return null;
  }
}

/** The state directories whose repository is gone; one that does not say where it came from is not among them. */
export async function findAbandonedStates(
  stateHome: string,
): Promise<{ readonly root: string; readonly gitDirectory: string }[]> {
  const names = await readdir(stateHome).catch(() => []);
  const found = names.map(async (name) => {
    const root = join(stateHome, name);
    const origin = await readOrigin(root);
    return origin === null || !(await isGone(origin.gitDirectory)) ? [] : [{ root, ...origin }];
  });
  return (await Promise.all(found)).flat();
}

/** Whether a path is known not to be there: what we may not read is there. */
export async function isGone(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
}
