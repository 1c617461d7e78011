import { identityVariables, type Git, type GitIdentity } from '../git/git.ts';
import type { Failure } from '../model/failure.ts';
import { salvageRef } from '../workspace/salvage-tree.ts';

export type RestoreOrder = {
  /** Git in the workspace, on the task's own branch, with nothing of the agent's left uncommitted. */
  readonly git: Git;
  readonly branch: string;
  readonly baseSha: string;
  readonly identity: GitIdentity;
};

/**
 * An agent that amended, reset or rebased away the commit that its branch started from gets it back below its work, as
 * one commit: what it had made of history stays under a salvage ref. A failure where its work does not fit there.
 */
export async function restoreBase(order: RestoreOrder): Promise<Failure | null> {
  const { git, baseSha, branch } = order;
  if (await isAncestor(git, baseSha, 'HEAD')) return null;
  // It went back and did nothing else: there is no work to be kept.
  if (await isAncestor(git, 'HEAD', baseSha)) return null;
  const merged = await git.probe(['merge-tree', '--write-tree', baseSha, 'HEAD']);
  const tree = merged.stdout.split('\n')[0]?.trim() ?? '';
  if (merged.code !== 0 || tree === '')
    return {
      reason: 'agent-failed',
      message: `The agent rewrote history: the branch does not hold the commit ${baseSha.slice(0, 9)} that it started from, and its work does not fit onto that commit by itself. Start the task from the base again: --retry --fresh`,
    };
  const restored = await commitOnto(order, tree);
  await git.run(['update-ref', salvageRef(branch), 'HEAD']);
  // Files that setup and checks changed stay as they are.
  await git.run(['reset', '--quiet', '--keep', restored]);
  return null;
}

async function commitOnto({ git, baseSha, identity }: RestoreOrder, tree: string): Promise<string> {
  const said = await git.run(['log', '-1', '--format=%B', 'HEAD']);
  const message = `${said.trim()}\n\nThe agent had rewritten history; Flotilla put its work onto the commit that the task started from.\n`;
  const commit = await git.run(['commit-tree', tree, '-p', baseSha, '-F', '-'], {
    input: message,
    env: identityVariables(identity),
  });
  return commit.trim();
}

async function isAncestor(git: Git, commit: string, of: string): Promise<boolean> {
  return (await git.probe(['merge-base', '--is-ancestor', commit, of])).code === 0;
}
