import { open, type FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';

import { openByteMask } from './mask-bytes.ts';
import { maskRanges } from './mask-file.ts';

/** Follows a file that another process appends to. */
export type FileTail = {
  /** Says that there may be more; it is read soon, many small writes together. */
  readonly nudge: () => void;
  /** Hands over everything up to the file's end, now. */
  readonly drain: () => Promise<void>;
  /** Drains and closes the file. */
  readonly close: () => Promise<void>;
};

export type TailOptions = {
  /** Takes the text; it is cut between characters, never inside one. */
  readonly onText: (text: string) => void;
  /** A file that has been read this far, in bytes, is emptied: a flood does not fill the disk. */
  readonly capBytes: number;
  /** Values that are masked: in the text, and in the file itself as soon as they were read. */
  readonly secrets: readonly string[];
};

const pieceBytes = 65_536;
/** Readers of agents' output are people and clocks: more than this often, nobody looks. */
const restMs = 2_000;

/** Follows a file from its start. It need not exist yet. */
export function tailFile(path: string, { onText, capBytes, secrets }: TailOptions): FileTail {
  const decoder = new StringDecoder('utf8');
  const mask = openByteMask(secrets);
  /** How many bytes had gone by when the file was emptied last. */
  let origin = 0;
  const buffer = Buffer.allocUnsafe(pieceBytes);
  let file: FileHandle | null = null;
  let offset = 0;
  let reading: Promise<void> = Promise.resolve();
  let isNudged = false;
  const closing = new AbortController();

  const readOn = async (): Promise<void> => {
    file ??= await open(path, 'r+').catch(() => null);
    if (file === null) return;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, pieceBytes, offset);
      if (bytesRead > 0) {
        const text = decoder.write(mask.push(buffer.subarray(0, bytesRead)));
        // In the file first: what was passed on is nowhere else by then.
        await maskRanges(file, mask.taken(), origin);
        if (text !== '') onText(text);
      }
      offset += bytesRead;
      if (offset >= capBytes) {
        // Its writer appends: what comes next stands at the start again.
        await file.truncate(0);
        origin += offset;
        offset = 0;
      } else if (bytesRead < pieceBytes) return;
    }
  };

  const drain = (): Promise<void> => {
    reading = reading.then(readOn);
    return reading;
  };

  const serve = async (): Promise<void> => {
    while (isNudged && !closing.signal.aborted) {
      isNudged = false;
      await drain();
      await delay(restMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };

  let serving: Promise<void> | null = null;
  return {
    drain,
    nudge: () => {
      isNudged = true;
      serving ??= serve().finally(() => (serving = null));
      serving.catch(() => undefined);
    },
    close: async () => {
      closing.abort();
      try {
        await drain();
        const rest = decoder.write(mask.flush());
        if (rest !== '') onText(rest);
      } finally {
        await file?.close();
        file = null;
      }
    },
  };
}
