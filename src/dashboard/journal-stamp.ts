import { stat } from 'node:fs/promises';

/** A journal's files as they lie there. */
export type JournalStamp = {
  /** Another one is another file, in which nothing is known. */
  readonly file: string;
  /** Two differ when something was written in between. */
  readonly written: string;
};

export async function readStamp(file: string): Promise<JournalStamp> {
  const look = (path: string) => stat(path, { bigint: true }).catch(() => null);
  const [journal, log] = await Promise.all([look(file), look(`${file}-wal`)]);
  const words = [journal, log].map((found) => `${found?.ino}.${found?.size}.${found?.mtimeNs}`);
  return { file: String(journal?.ino), written: words.join(' ') };
}
