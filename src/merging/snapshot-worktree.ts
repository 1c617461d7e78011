import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identityVariables, records, type Git } from '../git/git.ts';
import type { MergeRepository } from './merge-repository.ts';

/** A worktree whose whole state is to be seen as a commit. */
export type SnapshotOrder = {
  readonly repository: MergeRepository;
  /** Names its own index and ref there. */
  readonly id: string;
  /** The worktree's root. */
  readonly path: string;
  /** The commit that it has checked out. */
  readonly head: string;
  /** That commit's tree. */
  readonly headTree: string;
};

/** Looks at one worktree again and again: what it saw before makes the next look cheap. */
export type WorktreeCamera = {
  /** Gives the tree of all files, dirty and untracked ones included. Throws when the worktree cannot be read. */
  readonly look: () => Promise<string>;
};

/**
 * Sees a worktree through an index of our own in the merge repository. The worktree's own index, its configuration and
 * its hooks are neither used nor changed; its `.gitignore` files hold.
 */
export function openCamera(order: SnapshotOrder): WorktreeCamera {
  const { repository, id, path, head } = order;
  const index = join(repository.directory, `index-${id}`);
  const env = {
    GIT_DIR: repository.directory,
    GIT_WORK_TREE: path,
    GIT_INDEX_FILE: index,
  };
  const git = repository.git.at(path);
  let skipped: readonly string[] | null = null;
  let plain = order.headTree;
  return {
    look: async () => {
      skipped ??= await prepareIndex(git, { env, index, head });
      const where = ['--', ':(top)', ...skipped.map((inner) => `:(top,exclude,literal)${inner}`)];
      // A file that cannot be read, or goes while we look, is for the next look.
      await git.probe(['add', '--all', '--ignore-errors', ...where], { env });
      const tree = (await git.run(['write-tree'], { env })).trim();
      if (tree === plain) return tree;
      const cleaned = await withoutNewRepositories(git, { env, head, tree });
      plain = cleaned === tree ? tree : '';
      return cleaned;
    },
  };
}

type IndexPlace = {
  readonly env: Readonly<Record<string, string>>;
  readonly index: string;
  readonly head: string;
};

/**
 * Begins with a copy of the worktree's index, which knows the size and time of every file, so that only changed ones are
 * read. Gives the repositories inside: to add one, git would run what that repository's configuration names.
 */
async function prepareIndex(git: Git, { env, index, head }: IndexPlace): Promise<string[]> {
  const own = await git.run(['rev-parse', '--path-format=absolute', '--git-path', 'index']);
  const isCopied = await copyFile(own.trim(), index).then(
    () => true,
    () => false,
  );
  const copied = isCopied ? await listIndex(git, env) : null;
  const isUsable = copied?.every(({ stage }) => stage === '0') ?? false;
  if (!isUsable) await git.run(['read-tree', head], { env });
  const entries = isUsable ? copied : await listIndex(git, env);
  return (entries ?? []).filter(({ mode }) => mode === '160000').map((entry) => entry.path);
}

type IndexEntry = { readonly mode: string; readonly stage: string; readonly path: string };

/** The entries of an index; null when it cannot be read. */
async function listIndex(git: Git, env: IndexPlace['env']): Promise<IndexEntry[] | null> {
  const { code, stdout } = await git.probe(['ls-files', '--stage', '-z'], { env });
  if (code !== 0) return null;
  return records(stdout).map((entry) => {
    const tab = entry.indexOf('\t');
    const [mode = '', , stage = ''] = entry.slice(0, tab).split(' ');
    return { mode, stage, path: entry.slice(tab + 1) };
  });
}

/** A repository that an agent made inside is not work of its branch, and must not be in the index for the next look. */
async function withoutNewRepositories(
  git: Git,
  { env, head, tree }: Pick<IndexPlace, 'env' | 'head'> & { readonly tree: string },
): Promise<string> {
  const raw = records(
    await git.run(['diff-tree', '-r', '-z', '--no-renames', head, tree], { env }),
  );
  const added = raw.flatMap((part, at) =>
    part.startsWith(':000000 160000 ') ? [raw[at + 1] ?? ''] : [],
  );
  if (added.length === 0) return tree;
  await git.run(['update-index', '--force-remove', '-z', '--stdin'], {
    env,
    input: added.join('\0'),
  });
  return (await git.run(['write-tree'], { env })).trim();
}

/** Makes the same tree on the same parent always the same commit, so that nothing moves when nothing changed. */
export async function commitSnapshot(
  git: Git,
  order: { tree: string; head: string },
): Promise<string> {
  const date = '2000-01-01T00:00:00Z';
  const env = {
    ...identityVariables({ name: 'Flotilla', email: 'flotilla@localhost' }),
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
  const { tree, head } = order;
  const commit = await git.run(['commit-tree', tree, '-p', head, '-m', 'Snapshot'], { env });
  return commit.trim();
}
