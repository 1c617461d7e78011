import { isInHistory } from '../../git/ancestry.ts';
import { mergedTree } from '../../git/combine-commits.ts';
import { makeCommit, readMessage } from '../../git/commits.ts';
import type { Git, GitIdentity } from '../../git/git.ts';
import { resetKeeping } from '../../git/work-tree.ts';
import type { Failure } from '../../model/failure/failure.ts';

export type RestoreOptions = {
  /** Git in our clone, which has both commits. */
  readonly clone: Git;
  /** Git in the workspace, on the task's own branch, with nothing of the agent's left uncommitted. */
  readonly git: Git;
  readonly head: string;
  /** What its branch started from. */
  readonly ground: string;
  readonly identity: GitIdentity;
};

/** The commit that is based on the ground again, which is the head itself if it always was; or why there is none. */
export type Restored =
  | { readonly ok: true; readonly head: string }
  | { readonly ok: false; readonly failure: Failure };

/**
 * An agent that amended, reset or rebased away the commit that its branch started from gets it back below its work, as
 * one commit. A failure where its work does not fit there.
 */
export async function restoreBase(options: RestoreOptions): Promise<Restored> {
  const { clone, git, head, ground, identity } = options;
  if (await isInHistory(clone, ground, head)) return { ok: true, head };
  // It went back and did nothing else: there is no work to be kept.
  if (await isInHistory(clone, head, ground)) return { ok: true, head };
  const tree = await mergedTree(clone, ground, head);
  if (tree === null) return { ok: false, failure: rewritten(ground) };
  const said = await readMessage(clone, head);
  const message = `${said.trim()}\n\nThe agent had rewritten history; Flotilla put its work onto the commit that the task started from.\n`;
  const restored = await makeCommit(clone, { tree, parents: [ground], message, identity });
  // Files that setup and checks changed stay as they are.
  await resetKeeping(git, restored);
  return { ok: true, head: restored };
}

function rewritten(ground: string): Failure {
  return {
    reason: 'agent-failed',
    message: `The agent rewrote history: the branch does not hold the commit ${ground.slice(0, 9)} that it started from, and its work does not fit onto that commit by itself. Start the task from the base again: --retry --fresh`,
  };
}
