import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Keeps carts as JSON files in a folder, which it makes when it is missing. */
export function createCartStore(folder) {
  return {
    /** The cart with this id; an empty one when none was saved. */
    async load(id) {
      try {
        return JSON.parse(await readFile(fileOf(folder, id), 'utf8'));
      } catch (error) {
        if (error.code === 'ENOENT') return { items: [] };
        throw error;
      }
    },
    async save(id, cart) {
      const file = fileOf(folder, id);
      await mkdir(folder, { recursive: true });
      await replaceFile(file, `${JSON.stringify(cart, null, 2)}\n`);
    },
    async remove(id) {
      await rm(fileOf(folder, id), { force: true });
    },
  };
}

function fileOf(folder, id) {
  if (!/^[\w-]+$/.test(id)) throw new RangeError(`Not a cart's id: ${id}`);
  return join(folder, `${id}.json`);
}

// A rename is atomic, so that a reader finds the old cart or the new one, never half of one.
async function replaceFile(file, text) {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, text);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}
