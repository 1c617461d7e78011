import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BareClone } from '../../git/bare-clone.ts';
import type { Git } from '../../git/git.ts';
import { requireComplete, takePack } from '../../git/packs.ts';
import type { Confinement } from '../sandbox/confinement.ts';
import { exportCommits, type ExportedCommits } from './export-commits.ts';

export type CollectOptions = {
  readonly clone: BareClone;
  readonly confinement: Confinement;
  readonly workspace: string;
  /** As `exportCommits` has them. */
  readonly repository?: string;
  readonly want: string;
  readonly have: readonly string[];
  readonly signal?: AbortSignal | undefined;
};

/**
 * Brings commits of a workspace into our clone, which no agent can write to: packed in the confinement, checked object by
 * object as they are read, and complete. No ref holds them yet. Gives their ids; null when there is none. Throws a
 * `ForeignGitError` for what cannot be taken.
 */
export async function collectCommits(options: CollectOptions): Promise<readonly string[] | null> {
  const { clone } = options;
  const pack = join(clone.directory, `incoming-${randomUUID()}.pack`);
  try {
    const exported = await exportCommits({ ...options, pack });
    if (exported === null) return null;
    if (exported.objects > 0) await unpack(clone.git, { pack, exported });
    await requireComplete(clone.git, exported.heads);
    return exported.heads;
  } finally {
    await rm(pack, { force: true });
  }
}

async function unpack(
  git: Git,
  { pack, exported }: { readonly pack: string; readonly exported: ExportedCommits },
): Promise<void> {
  const file = await open(pack, 'r');
  try {
    await takePack(git, { pack: file, objects: exported.objects });
  } finally {
    await file.close();
  }
}
