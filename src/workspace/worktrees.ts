import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { identityVariables, type Git, type GitIdentity } from '../git/git.ts';
import type { BareClone } from '../git/bare-clone.ts';
import { runCommand } from '../process/run-command.ts';
import { createPool } from './pool.ts';
import { readStatus } from './work-status.ts';

/** The worktrees of our bare clone, each one task's workspace. */
export type Worktrees = {
  /**
   * Makes a worktree on a branch at a commit and checks its files out. For one that was never finished: what stands in
   * its place is salvaged and made again.
   */
  readonly create: (order: WorktreeOrder) => Promise<void>;
  /** Whether the worktree is there and git knows it. */
  readonly exists: (path: string) => Promise<boolean>;
  /** Takes a worktree away once all of its tree is reachable from a ref; gives that ref's name. */
  readonly remove: (order: RemovalOrder) => Promise<string>;
  /** Git in one worktree. */
  readonly git: (path: string) => Git;
  /** Deletes what was put aside, until all is gone or the signal comes. */
  readonly emptyTrash: (signal: AbortSignal) => Promise<void>;
};

export type WorktreeOrder = {
  readonly path: string;
  /** Null: detached, for a look at the base. */
  readonly branch: string | null;
  readonly commit: string;
};

export type RemovalOrder = {
  readonly path: string;
  /** The commit that is known to be safe elsewhere, and where. */
  readonly safe: { readonly commit: string; readonly ref: string } | null;
  /** Names the salvage ref when one is needed: `<run>/<task>`. */
  readonly salvageAs: string;
  /** Paths whose loss is no loss: what setup and checks made. */
  readonly artefacts: ReadonlySet<string>;
};

/** Checkouts at once: disk-bound work gains nothing from more. */
const checkoutsAtOnce = 2;

export function worktreesOf(
  clone: BareClone,
  trash: string,
  identity: GitIdentity,
): Worktrees {
  const checkouts = createPool(checkoutsAtOnce);
  const git = (path: string): Git => clone.git.at(path);
  const exists = async (path: string): Promise<boolean> =>
    (await stat(path).catch(() => null)) !== null &&
    (await git(path).probe(['rev-parse', '--show-toplevel'])).stdout.trim() === path;

  const putAside = async (path: string): Promise<void> => {
    await mkdir(trash, { recursive: true });
    await rename(path, join(trash, randomUUID())).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await clone.git.run(['worktree', 'prune', '--expire', 'now']);
  };

  const create = async ({ path, branch, commit }: WorktreeOrder): Promise<void> => {
    await clone.exclusively(async () => {
      if (await stat(path).catch(() => null)) {
        if (await exists(path)) await salvageTree({ git: git(path), identity, ref: salvageRef(path.split('/').at(-1) ?? '', randomUUID()) });
        await putAside(path);
      }
      if (branch !== null) await salvageBranch(clone.git, branch, commit);
      const where = branch === null ? ['--detach'] : ['--no-track', '-B', branch];
      // Twice forced: a killed add leaves an entry locked as "initializing" behind.
      await clone.git.run([
        ...['worktree', 'add', '-f', '-f', '--quiet', '--no-checkout', ...where],
        ...[path, commit],
      ]);
    });
    await checkouts(() => git(path).run(['reset', '--quiet', '--hard', commit]));
  };

  const remove = async (order: RemovalOrder): Promise<string> => {
    const safeIn = (await exists(order.path))
      ? await ensureSafe({ git: git(order.path), identity, order })
      : (order.safe?.ref ?? 'nothing was there');
    await clone.exclusively(() => putAside(order.path));
    return safeIn;
  };

  return {
    create,
    exists,
    remove,
    git,
    emptyTrash: async (signal) => {
      // A process of its own: deleting thousands of files is no work for the orchestrator's one thread.
      await runCommand({ argv: ['rm', '-rf', '--', trash], cwd: '/', env: { PATH: process.env['PATH'] }, signal });
    },
  };
}

function salvageRef(name: string, unique: string): string {
  return `refs/flotilla/salvage/${name}/${unique}`;
}

/** A branch that is about to be set anew keeps its old commits reachable. */
async function salvageBranch(git: Git, branch: string, commit: string): Promise<void> {
  const old = await git.probe(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]);
  const sha = old.stdout.trim();
  if (old.code !== 0 || sha === commit) return;
  const isContained = (await git.probe(['merge-base', '--is-ancestor', sha, commit])).code === 0;
  if (!isContained) await git.run(['update-ref', salvageRef(branch, sha.slice(0, 12)), sha]);
}

type SafetyOrder = {
  readonly git: Git;
  readonly identity: GitIdentity;
  readonly order: RemovalOrder;
};

async function ensureSafe({ git, identity, order }: SafetyOrder): Promise<string> {
  const { head, entries } = await readStatus(git, 'normal');
  const isDirty = entries.some(({ path }) => !order.artefacts.has(path));
  if (!isDirty && order.safe?.commit === head) return order.safe.ref;
  const ref = salvageRef(order.salvageAs, head.slice(0, 12));
  await salvageTree({ git, identity, ref });
  return ref;
}

type SalvageOrder = { readonly git: Git; readonly identity: GitIdentity; readonly ref: string };

/** Commits a worktree's whole tree, dirty and untracked files included, to a ref, without touching its index. */
async function salvageTree({ git, identity, ref }: SalvageOrder): Promise<void> {
  const gitDirectory = (await git.run(['rev-parse', '--absolute-git-dir'])).trim();
  const env = {
    GIT_INDEX_FILE: join(gitDirectory, `salvage-${randomUUID()}.index`),
    ...identityVariables(identity),
  };
  try {
    await git.run(['read-tree', 'HEAD'], { env });
    await git.run(['add', '--all', '--ignore-errors'], { env });
    const tree = (await git.run(['write-tree'], { env })).trim();
    const message = 'Salvaged by Flotilla: the whole work tree, uncommitted files included';
    const commit = await git.run(['commit-tree', tree, '-p', 'HEAD', '-m', message], { env });
    await git.run(['update-ref', ref, commit.trim()]);
  } finally {
    await rm(env.GIT_INDEX_FILE, { force: true });
  }
}
