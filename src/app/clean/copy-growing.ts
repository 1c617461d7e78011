import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Copies what was added to files since the last time. */
export type GrowingCopy = (paths: readonly string[]) => Promise<void>;

type Copied = { readonly inode: number; readonly bytes: number };

/** How much of its files a copy gives. */
export type CopyOptions = {
  /** At first, only this many lines of what is there, counted from the end of the last file; null: all. */
  readonly tail?: number | null;
  /** Called when lines are left out for that. */
  readonly onCut?: () => void;
};

/** Starts copying files to a stream, each from its beginning; they need not exist yet. */
export function copyGrowing(
  to: NodeJS.WritableStream,
  { tail = null, onCut }: CopyOptions = {},
): GrowingCopy {
  const copied = new Map<string, Copied>();
  let isFirst = true;
  return async (paths) => {
    if (isFirst && tail !== null && (await skipToTail(paths, tail, copied))) onCut?.();
    isFirst = false;
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
 * A log that is replaced begins with the same text as the one before it: what was shown is not shown twice. One that was
 * emptied in place, because it had grown too big, begins with something new.
 */
function startOf(before: Copied | undefined, now: Copied): number {
  if (before === undefined) return 0;
  const wasEmptied = before.inode === now.inode && now.bytes < before.bytes;
  return wasEmptied ? 0 : before.bytes;
}

/** Marks all but the last lines as copied; gives whether there was anything before them. */
async function skipToTail(
  paths: readonly string[],
  lines: number,
  copied: Map<string, Copied>,
): Promise<boolean> {
  let left = lines;
  let isCut = false;
  for (const path of paths.toReversed()) {
    await using file = await open(path, 'r').catch(() => null);
    if (file === null) continue;
    const { ino: inode, size } = await file.stat();
    const { start, found } = await lastLines(file, size, left);
    left -= found;
    isCut ||= start > 0;
    copied.set(path, { inode, bytes: start });
  }
  return isCut;
}

const pieceBytes = 65_536;
const lineFeed = 0x0a;

/** Where the last lines of a file begin, read from its end, and how many these are. */
async function lastLines(
  file: Awaited<ReturnType<typeof open>>,
  size: number,
  lines: number,
): Promise<{ readonly start: number; readonly found: number }> {
  const buffer = Buffer.allocUnsafe(pieceBytes);
  let found = 0;
  for (let end = size; end > 0 && lines > 0; end -= pieceBytes) {
    const from = Math.max(0, end - pieceBytes);
    const { bytesRead } = await file.read(buffer, 0, end - from, from);
    for (let at = bytesRead - 1; at >= 0; at -= 1) {
      // The last line's own end begins no other line.
      if (buffer[at] !== lineFeed || from + at === size - 1) continue;
      found += 1;
      if (found === lines) return { start: from + at + 1, found };
    }
  }
  return lines === 0 ? { start: size, found: 0 } : { start: 0, found: found + 1 };
}
