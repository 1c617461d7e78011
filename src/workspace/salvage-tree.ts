import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identityVariables, records, type Git, type GitIdentity } from '../git/git.ts';

/** A ref that keeps something reachable; never the same twice, so that no salvage replaces another. */
export function salvageRef(name: string): string {
  return `refs/flotilla/salvage/${name}/${randomUUID().slice(0, 8)}`;
}

/** A branch that is about to be set anew keeps its old commits reachable. */
export async function salvageBranch(git: Git, branch: string, commit: string): Promise<void> {
  const old = await git.probe(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]);
  const sha = old.stdout.trim();
  if (old.code !== 0 || sha === commit) return;
  const isContained = (await git.probe(['merge-base', '--is-ancestor', sha, commit])).code === 0;
  if (!isContained) await git.run(['update-ref', salvageRef(branch), sha]);
}

/** Pathspecs that leave out repositories inside: to add one, git would run what its configuration names. */
async function submodulesOf(git: Git): Promise<string[]> {
  const entries = records(await git.run(['ls-files', '--stage', '-z']));
  return entries
    .filter((entry) => entry.startsWith('160000 '))
    .map((entry) => `:(top,exclude,literal)${entry.slice(entry.indexOf('\t') + 1)}`);
}

export type TreeSalvage = {
  /** Git in the worktree. */
  readonly git: Git;
  readonly identity: GitIdentity;
  readonly ref: string;
};

/** Commits a worktree's whole tree, dirty and untracked files included, to a ref, without touching its index. */
export async function salvageTree({ git, identity, ref }: TreeSalvage): Promise<void> {
  const gitDirectory = (await git.run(['rev-parse', '--absolute-git-dir'])).trim();
  const env = {
    GIT_INDEX_FILE: join(gitDirectory, `salvage-${randomUUID()}.index`),
    ...identityVariables(identity),
  };
  try {
    await git.run(['read-tree', 'HEAD'], { env });
    await git.run(['add', '--all', '--ignore-errors', '--', '.', ...(await submodulesOf(git))], {
      env,
    });
    const tree = (await git.run(['write-tree'], { env })).trim();
    const message = 'Salvaged by Flotilla: the whole work tree, uncommitted files included';
    const commit = await git.run(['commit-tree', tree, '-p', 'HEAD', '-m', message], { env });
    await git.run(['update-ref', ref, commit.trim()]);
  } finally {
    await rm(env.GIT_INDEX_FILE, { force: true });
  }
}
