import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { draftName } from './replace-file.ts';

/** No process takes this long to write a file, not even a process of that number that cannot be seen from here. */
const writingMs = 60_000;
/** A process with that number lives, but it is hardly the writer. */
const longestWritingMs = 24 * 3_600_000;

/** Removes the drafts that killed writers left in folders. What cannot be looked at or removed stays. */
export async function sweepDrafts(directories: readonly string[], now: Date): Promise<void> {
  for (const directory of directories) {
    const names = await readdir(directory).catch(() => []);
    for (const name of names) {
      const pid = draftName.exec(name)?.groups?.['pid'];
      if (pid === undefined) continue;
      const path = join(directory, name);
      const found = await stat(path).catch(() => null);
      const limit = isProcess(Number(pid)) ? longestWritingMs : writingMs;
      if (found === null || now.getTime() - found.mtimeMs < limit) continue;
      await rm(path, { force: true }).catch(() => undefined);
    }
  }
}

function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
