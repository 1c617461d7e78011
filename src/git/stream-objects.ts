import type { Git } from './git.ts';

/** Takes the bytes of one object as they come. */
export type ObjectSink = {
  readonly take: (chunk: Buffer) => void;
  readonly end: () => void;
};

/** What git says of an object before its content. */
export type ObjectHead = { readonly kind: string; readonly bytes: number };

export type StreamOptions = {
  readonly git: Git;
  /** Names of objects, in the order in which they come. What is missing is passed over. */
  readonly objects: readonly string[];
  /** Is asked for each object, by its place in the list; null passes over its content. */
  readonly open: (at: number, head: ObjectHead) => ObjectSink | null;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
};

/** Reads objects from one git, however large they are, with no more than a piece of them in memory. Rejects when it is stopped. */
export async function streamObjects(options: StreamOptions): Promise<void> {
  const { git, objects, open, env } = options;
  const signal = options.signal ?? new AbortController().signal;
  const failed = new AbortController();
  const take = answersTo(open);
  const onOutput = (chunk: Buffer): void => {
    if (signal.aborted || failed.signal.aborted) return;
    try {
      take(chunk);
    } catch (error) {
      failed.abort(error);
    }
  };
  const input = objects.map((name) => `${name}\n`).join('');
  const stop = AbortSignal.any([signal, failed.signal]);
  const call = { input, onOutput, signal: stop, ...(env === undefined ? {} : { env }) };
  try {
    await git.run(['cat-file', '--buffer', '--batch'], call);
  } finally {
    failed.signal.throwIfAborted();
  }
}

/*
 * Takes apart what `cat-file --batch` writes, an answer to each question: `id kind size`, a line feed, the content and
 * another line feed; or `id missing` and a line feed.
 *
 *   head ──line feed──▶ content ──all bytes──▶ line feed ──▶ head
 *     └──── missing ────▶ head
 */
function answersTo(open: StreamOptions['open']): (chunk: Buffer) => void {
  let asked = 0;
  let head = '';
  /** Bytes of content that are still to come, with the line feed after them; 0 while a head is read. */
  let left = 0;
  let sink: ObjectSink | null = null;

  const readHead = (bytes: Buffer): Buffer => {
    const end = bytes.indexOf('\n');
    head += bytes.toString('latin1', 0, end === -1 ? bytes.length : end);
    if (end === -1) return bytes.subarray(bytes.length);
    const [, kind = '', size] = head.split(' ');
    head = '';
    if (size !== undefined) {
      sink = open(asked, { kind, bytes: Number(size) });
      left = Number(size) + 1;
    }
    asked += 1;
    return bytes.subarray(end + 1);
  };
  const readContent = (bytes: Buffer): Buffer => {
    const piece = bytes.subarray(0, Math.min(left - 1, bytes.length));
    if (piece.length > 0) sink?.take(piece);
    const isWhole = bytes.length >= left;
    const taken = isWhole ? left : piece.length;
    left -= taken;
    if (isWhole) sink?.end();
    return bytes.subarray(taken);
  };

  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) rest = left > 0 ? readContent(rest) : readHead(rest);
  };
}
