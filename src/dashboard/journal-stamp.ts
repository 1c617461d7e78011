import { stat } from 'node:fs/promises';

/**
 * Two stamps of a journal differ when something was written in between, and after `milliseconds` in any case: then what is
 * known of it is read again.
 */
export async function readStamp(file: string, milliseconds: number): Promise<string> {
  const parts = [file, `${file}-wal`].map(async (path) => {
    const found = await stat(path, { bigint: true }).catch(() => null);
    return found === null ? '' : `${found.ino}.${found.size}.${found.mtimeNs}`;
  });
  const turn = Math.floor(Date.now() / milliseconds);
  return [...(await Promise.all(parts)), turn].join(' ');
}
