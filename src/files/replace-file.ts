import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a draft is called: hidden, unlike any other, and with the process id of its writer. */
export const draftName = /^\.[\da-f-]{36}\.(?<pid>\d+)\.new$/u;

/**
 * Replaces a file whole: a reader sees the old text or the new one, never a half. Makes missing directories. Rejects
 * with the system's error (ENOSPC, EACCES) and leaves the old file as it was.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true });
  const draft = join(directory, `.${randomUUID()}.${process.pid}.new`);
  try {
    const file = await open(draft, 'wx', 0o644);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
