import type { Git } from './git.ts';

type Order<Entry> = {
  readonly git: Git;
  readonly entries: readonly Entry[];
  /** Is given each file as it comes, in the order of the entries; binary and missing ones are left out. */
  readonly take: (entry: Entry, text: string) => void;
  readonly signal?: AbortSignal;
};

/** Reads the texts of files from one git, which reads ahead while a text is worked on. Rejects when it is stopped. */
export async function readBlobs<Entry extends { readonly blob: string }>(
  order: Order<Entry>,
): Promise<void> {
  const { git, entries, take } = order;
  const signal = order.signal ?? new AbortController().signal;
  const failed = new AbortController();
  const onBlob = blobsOf((at, content) => {
    const entry = entries[at];
    if (entry !== undefined && !isBinary(content)) take(entry, content.toString('utf8'));
  });
  const onOutput = (chunk: Buffer): void => {
    if (signal.aborted || failed.signal.aborted) return;
    try {
      onBlob(chunk);
    } catch (error) {
      failed.abort(error);
    }
  };
  const input = entries.map(({ blob }) => `${blob}\n`).join('');
  const stop = AbortSignal.any([signal, failed.signal]);
  try {
    await git.run(['cat-file', '--buffer', '--batch'], { input, onOutput, signal: stop });
  } finally {
    failed.signal.throwIfAborted();
  }
}

type OnBlob = (at: number, content: Buffer) => void;

/** Takes apart what `cat-file --batch` writes, an answer to each question: `id kind size` and content, or `id missing`. */
function blobsOf(onBlob: OnBlob): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  let needed = 1;
  let asked = 0;
  return (chunk) => {
    parts.push(chunk);
    held += chunk.length;
    if (held < needed) return;
    let rest = Buffer.concat(parts);
    for (let next = answerIn(rest); ; next = answerIn(rest)) {
      needed = next.length;
      if (rest.length < needed) break;
      if (next.content !== null) onBlob(asked, next.content);
      asked += 1;
      rest = rest.subarray(needed);
    }
    parts = [rest];
    held = rest.length;
  };
}

type Answer = {
  /** Bytes of all of it; more than there are when it is not whole. */
  readonly length: number;
  /** Null for what is missing or no file. */
  readonly content: Buffer | null;
};

function answerIn(bytes: Buffer): Answer {
  const end = bytes.indexOf('\n') + 1;
  if (end === 0) return { length: bytes.length + 1, content: null };
  const [, kind, size] = bytes.toString('latin1', 0, end).split(' ');
  if (size === undefined) return { length: end, content: null };
  const length = end + Number(size);
  return { length: length + 1, content: kind === 'blob' ? bytes.subarray(end, length) : null };
}

function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8_000).includes(0);
}
