import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { draftName } from './replace-file.ts';

/** Nobody takes so long to write a file: whoever began such a draft was ended before it was whole. */
const longestWritingMs = 24 * 3_600_000;

/** Removes the drafts that killed writers left in folders. What cannot be looked at or removed stays. */
export async function sweepDrafts(directories: readonly string[], now: Date): Promise<void> {
  for (const directory of directories) {
    const names = await readdir(directory).catch(() => []);
    const drafts = names
      .filter((name) => draftName.test(name))
      .map((name) => join(directory, name));
    for (const path of drafts) {
      const found = await stat(path).catch(() => null);
      if (found === null || now.getTime() - found.mtimeMs < longestWritingMs) continue;
      await rm(path, { force: true }).catch(() => undefined);
    }
  }
}
