import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Copies what was added to files since the last time. */
export type GrowingCopy = (paths: readonly string[]) => Promise<void>;

type Copied = { readonly inode: number; readonly bytes: number };

/** Starts copying files to a stream, each from its beginning; they need not exist yet. */
export function copyGrowing(to: NodeJS.WritableStream): GrowingCopy {
  const copied = new Map<string, Copied>();
  return async (paths) => {
    for (const path of paths) {
      const found = await stat(path).catch(() => null);
      if (found === null) continue;
      const { ino: inode, size } = found;
      const start = startOf(copied.get(path), { inode, bytes: size });
      copied.set(path, { inode, bytes: Math.max(start, size) });
      if (size > start)
        await pipeline(createReadStream(path, { start, end: size - 1 }), to, { end: false });
    }
  };
}

/**
 * A log that is put in its place anew begins as the one before it did: what was shown is not shown twice. One that was
 * emptied where it lay, because it had grown too big, begins with something new.
 */
function startOf(before: Copied | undefined, now: Copied): number {
  if (before === undefined) return 0;
  const wasEmptied = before.inode === now.inode && now.bytes < before.bytes;
  return wasEmptied ? 0 : before.bytes;
}
