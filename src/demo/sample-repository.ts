import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sample = fileURLToPath(new URL('./sample/', import.meta.url));

/**
 * Writes the demo's repository into a directory, which it makes when it is missing: a small shop with tests that run,
 * and `issue.md`, a master issue of five independent tasks. It overwrites nothing (it throws when something is in the
 * way) and leaves git to the caller.
 */
export async function writeSampleRepository(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(sample)) {
    // npm takes a `.gitignore` in a package for instructions to itself, so it ships without the dot.
    const target = join(directory, name === 'gitignore' ? '.gitignore' : name);
    await cp(join(sample, name), target, { recursive: true, force: false, errorOnExist: true });
  }
}
