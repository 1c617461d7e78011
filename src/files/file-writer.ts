import { constants } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile } from './replace-file.ts';

/** Writes files in the background for callers that must not wait, the newest text of each once it gets to it. */
export type FileWriter = {
  /** The text is made when it is written, so that many changes cost one writing. */
  readonly replace: (path: string, render: () => string) => void;
  readonly append: (path: string, text: string) => void;
  /** Resolves when everything handed over is in the files. */
  readonly flush: () => Promise<void>;
};

export type FileWriterOptions = {
  /** Runs before each round of writing. */
  readonly prepare: () => Promise<void>;
  /** Hears of the first writing that fails; what was waiting then is dropped. */
  readonly onError: (error: Error) => void;
};

const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;

/** A link in the place of a file is not followed: what is behind it is not ours. */
const appending = { flag: O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW };

/** The directory is missing only the first time, or when somebody removed it. */
async function appendMaking(path: string, text: string): Promise<void> {
  await appendFile(path, text, appending).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, text, appending);
  });
}

export function createFileWriter({ prepare, onError }: FileWriterOptions): FileWriter {
  const whole = new Map<string, () => string>();
  const added = new Map<string, string>();
  let writing: Promise<void> | null = null;
  let hasFailed = false;

  const writeOut = async (): Promise<void> => {
    await prepare();
    while (whole.size + added.size > 0) {
      const [replacing, adding] = [[...whole], [...added]];
      whole.clear();
      added.clear();
      for (const [path, render] of replacing) await replaceFile(path, render());
      for (const [path, text] of adding) {
        await appendMaking(path, text);
      }
    }
  };

  const drop = (error: Error): void => {
    whole.clear();
    added.clear();
    if (!hasFailed) onError(error);
    hasFailed = true;
  };

  const start = (): void => {
    writing ??= writeOut()
      .catch(drop)
      .finally(() => (writing = null));
  };

  return {
    replace: (path, render) => {
      added.delete(path);
      whole.set(path, render);
      start();
    },
    append: (path, text) => {
      added.set(path, (added.get(path) ?? '') + text);
      start();
    },
    flush: async () => {
      while (writing !== null) await writing;
    },
  };
}
