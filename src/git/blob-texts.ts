import { randomUUID } from 'node:crypto';
import type { Git } from './git.ts';

/**
 * Reads the texts of blobs, by their ids; those that look binary are left out. A header that no file can hold marks where
 * a blob begins, so that sizes need not be counted in decoded text.
 */
export async function readBlobTexts(
  git: Git,
  blobs: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const mark = `blob-${randomUUID()}`;
  const input = blobs.map((blob) => `${blob}\n`).join('');
  const call = signal === undefined ? { input } : { input, signal };
  const output = await git.run(['cat-file', '--buffer', `--batch=${mark} %(objectname)`], call);
  const texts = new Map<string, string>();
  for (const part of output.split(`${mark} `).slice(1)) {
    const end = part.indexOf('\n');
    const text = part.slice(end + 1, -1);
    if (!isBinary(text)) texts.set(part.slice(0, end), text);
  }
  return texts;
}

function isBinary(text: string): boolean {
  return text.slice(0, 8_000).includes('\0');
}
