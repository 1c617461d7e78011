/** What is read of an answer's body: all of it, up to a limit; its beginning; or its end. In bytes, after decompression. */
export type BodyLimit = {
  readonly most: number;
  readonly keep: 'all' | 'beginning' | 'end';
  /** Told how many bytes have come in so far. */
  readonly onBytes: (count: number) => void;
};

/** The body is larger than anything that was asked for. */
export class TooLargeError extends Error {
  constructor(most: number) {
    super(`it is larger than ${Math.round(most / 1024 / 1024)} MB`);
    this.name = 'TooLargeError';
  }
}

/** No matter how long a log is, this much of it is read to find its end. */
const mostPassedOver = 100 * 1024 * 1024;

/**
 * Reads a body bit by bit and never holds more than the limit: what is small on the wire may be endless when it is
 * unpacked. Throws a `TooLargeError` where all was wanted and there is more.
 */
export async function readBody(
  answer: Response,
  { most, keep, onBytes }: BodyLimit,
): Promise<Uint8Array> {
  const reader = answer.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  let [held, read] = [0, 0];
  let chunks: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return keep === 'end' ? joined(chunks, held).slice(-most) : joined(chunks, held);
    chunks.push(value);
    held += value.byteLength;
    read += value.byteLength;
    onBytes(read);
    if (held <= most) continue;
    if (keep === 'end' && read <= mostPassedOver) {
      // Twice the limit is held at most, so that joining costs little.
      if (held <= 2 * most) continue;
      chunks = [joined(chunks, held).slice(-most)];
      held = most;
      continue;
    }
    await reader.cancel();
    if (keep === 'all') throw new TooLargeError(most);
    const all = joined(chunks, held);
    return keep === 'end' ? all.slice(-most) : all.slice(0, most);
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
