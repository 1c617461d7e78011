import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** Reads what was appended to a file since the last call, in pieces of at most 64 KB. */
export type FileTail = {
  /** The byte up to which the file was read. */
  readonly offset: () => number;
  /** Hands over everything up to the file's end; calls that come while one runs are served by it. */
  readonly drain: () => Promise<void>;
};

const pieceBytes = 65_536;

/** Follows a file from a byte on. The file need not exist yet. Text is cut between characters, never inside one. */
export function tailFile(
  path: string,
  from: number,
  onText: (text: string, bytes: number) => void,
): FileTail {
  const decoder = new StringDecoder('utf8');
  let offset = from;
  let running: Promise<void> | null = null;
  let isStale = false;

  const readOn = async (): Promise<void> => {
    const file = await open(path, 'r').catch(() => null);
    if (file === null) return;
    try {
      const buffer = Buffer.allocUnsafe(pieceBytes);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, pieceBytes, offset);
        if (bytesRead === 0) return;
        offset += bytesRead;
        onText(decoder.write(buffer.subarray(0, bytesRead)), bytesRead);
      }
    } finally {
      await file.close();
    }
  };

  const serve = async (): Promise<void> => {
    do {
      isStale = false;
      await readOn();
    } while (isStale);
  };

  return {
    offset: () => offset,
    drain: () => {
      isStale = true;
      running ??= serve().finally(() => (running = null));
      return running;
    },
  };
}
