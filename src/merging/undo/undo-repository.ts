import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Git } from '../../git/git.ts';
import { openMergeRepository, type MergeRepository } from '../../git/merge-repository.ts';
import { mergeAttributes } from '../../trial/base-attributes.ts';

/**
 * Opens a place to revert in: it sees all that a forge's repository has, and goes when it is closed. A file that otherwise
 * keeps the lines of both sides would keep what is undone: here it conflicts.
 */
export async function openUndoRepository(params: {
  readonly directory: string;
  readonly from: Git;
  readonly base: string;
}): Promise<MergeRepository> {
  const { directory, from, base } = params;
  const lines = await mergeAttributes(from, base);
  const attributes = lines.map((line) =>
    line.replaceAll(/(?<=\s)merge=union(?=\s|$)/gu, 'merge=text'),
  );
  await mkdir(dirname(directory), { recursive: true, mode: 0o700 });
  return openMergeRepository({ directory, from, attributes });
}
