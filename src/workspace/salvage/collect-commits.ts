import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BareClone } from '../../git/bare-clone.ts';
import { ForeignGitError, type Git } from '../../git/git.ts';
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
    await ensureComplete(clone.git, exported.heads);
    return exported.heads;
  } finally {
    await rm(pack, { force: true });
  }
}

/** From this many objects on they stay a pack: git's own measure for what is pushed. */
const unpackLimit = 100;

async function unpack(
  git: Git,
  { pack, exported }: { readonly pack: string; readonly exported: ExportedCommits },
): Promise<void> {
  const args =
    exported.objects < unpackLimit
      ? ['unpack-objects', '-q', '--strict']
      : ['index-pack', '--stdin', '--strict'];
  const file = await open(pack, 'r');
  try {
    const { code, stderr } = await git.probe(args, { inputFile: file });
    if (code !== 0) throw new ForeignGitError(args, stderr, 'refused what the workspace holds');
  } finally {
    await file.close();
  }
}

/** A history with a hole in it would break its later readers. */
async function ensureComplete(git: Git, heads: readonly string[]): Promise<void> {
  const args = ['rev-list', '--objects', '--quiet', '--stdin', '--not', '--all'];
  const input = heads.map((line) => `${line}\n`).join('');
  const { code, stderr } = await git.probe(args, { input });
  if (code !== 0) throw new ForeignGitError(args, stderr, 'found a history with objects missing');
}
