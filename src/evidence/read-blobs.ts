import { readBlobTexts } from '../git/blob-texts.ts';
import type { Git } from '../git/git.ts';
import type { TreeEntry } from './read-tree.ts';

export type ReadBlob = { readonly entry: TreeEntry; readonly text: string };

/** As much at once as keeps both git and the parsers busy and little in memory. */
const batchBytes = 3_000_000;
/** The first is small, so that the parsers need not wait for it. */
const firstBytes = 300_000;
const batchFiles = 1_000;

/**
 * Reads the texts of files in batches. The first is on its way when this returns, and the next one while the caller
 * works on the last.
 */
export function readBlobs(
  git: Git,
  entries: readonly TreeEntry[],
  signal?: AbortSignal,
): AsyncGenerator<ReadBlob[]> {
  const batches = batchesOf(entries);
  const read = async (at: number): Promise<ReadBlob[]> => {
    const batch = batches[at];
    return batch === undefined ? [] : readBatch(git, batch, signal);
  };
  return inTurn(batches.length, ahead(read));
}

type Read = (at: number) => Promise<ReadBlob[]>;

/** Starts each read one before it is asked for. */
function ahead(read: Read): Read {
  let next = started(read, 0);
  return (at) => {
    const current = next;
    next = started(read, at + 1);
    return current;
  };
}

/** The caller may stop between two batches; a read that fails then is nobody's. */
function started(read: Read, at: number): Promise<ReadBlob[]> {
  const reading = read(at);
  reading.catch(() => undefined);
  return reading;
}

async function* inTurn(count: number, read: Read): AsyncGenerator<ReadBlob[]> {
  for (let at = 0; at < count; at += 1) yield await read(at);
}

function batchesOf(entries: readonly TreeEntry[]): TreeEntry[][] {
  const batches: TreeEntry[][] = [];
  let batch: TreeEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    batch.push(entry);
    bytes += entry.size ?? 10_000;
    const most = batches.length === 0 ? firstBytes : batchBytes;
    if (bytes >= most || batch.length >= batchFiles) {
      batches.push(batch);
      [batch, bytes] = [[], 0];
    }
  }
  return batch.length === 0 ? batches : [...batches, batch];
}

async function readBatch(
  git: Git,
  batch: readonly TreeEntry[],
  signal: AbortSignal | undefined,
): Promise<ReadBlob[]> {
  const ids = batch.map(({ blob }) => blob);
  const texts = await readBlobTexts(git, ids, signal);
  return batch.flatMap((entry) => {
    const text = texts.get(entry.blob);
    return text === undefined ? [] : [{ entry, text }];
  });
}
