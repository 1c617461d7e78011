import { open, type FileHandle } from 'node:fs/promises';
import { openByteMask, type MaskedRange } from './mask-bytes.ts';

const pieceBytes = 65_536;

/** Masks values in a file that nobody writes to any more, in its place: as often as it is done, it does the same. */
export async function maskFile(file: FileHandle, values: readonly string[]): Promise<void> {
  if (values.length === 0) return;
  const mask = openByteMask(values);
  const buffer = Buffer.allocUnsafe(pieceBytes);
  for (let offset = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, pieceBytes, offset);
    if (bytesRead === 0) return;
    mask.push(buffer.subarray(0, bytesRead));
    await maskRanges(file, mask.taken());
    offset += bytesRead;
  }
}

/** The same by a path; a missing file needs none. */
export async function maskFileAt(path: string, values: readonly string[]): Promise<void> {
  const file = values.length === 0 ? null : await open(path, 'r+').catch(() => null);
  if (file === null) return;
  try {
    await maskFile(file, values);
  } finally {
    await file.close();
  }
}

/** Writes the mask over ranges of a file. */
export async function maskRanges(
  file: FileHandle,
  ranges: readonly MaskedRange[],
  /** Where the file's beginning is, in the bytes that the ranges count. */
  origin = 0,
): Promise<void> {
  for (const { start, end } of ranges) {
    const from = Math.max(start - origin, 0);
    const length = end - origin - from;
    if (length > 0) await file.write(Buffer.alloc(length, '*'), 0, length, from);
  }
}
