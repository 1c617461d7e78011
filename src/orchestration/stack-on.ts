import { isInHistory } from '../git/combine-commits.ts';
import { identityVariables, type Git } from '../git/git.ts';
import { readStatus } from '../workspace/work-status.ts';
import { readBaseline } from './attempt-baseline.ts';
import { commitLeftovers } from './commit-leftovers.ts';
import type { RunTools } from './run-tools.ts';

/**
 * Merges the verified branch of another task into a task's own, with all that its agent had done until it was held.
 * Conflicts stay in the workspace, for the agent to resolve when it goes on. Doing it twice does it once.
 */
export async function ensureStackedOn(tools: RunTools, ordinal: number, on: number): Promise<void> {
  const { record, workspaces } = tools;
  const { head } = record.task(on);
  const { workspace, attempts } = record.task(ordinal);
  const path = workspace?.path ?? '';
  const signal = AbortSignal.any([tools.stop.now, tools.cancelSignal(ordinal)]);
  const git = workspaces.git(path, { signal });
  if (head === null) throw new Error(`Task ${on} has no verified commit to stand on`);
  await workspaces.visit(path, { marker: tools.marker(ordinal), signal });
  const isBegun = (await git.probe(['rev-parse', '--verify', '--quiet', 'MERGE_HEAD'])).code === 0;
  if (!isBegun && !(await isInHistory(git, head, 'HEAD'))) {
    const last = attempts.at(-1);
    if (last !== undefined) {
      const baseline = await readBaseline(last.directory);
      const status = await readStatus(git, 'all');
      await commitLeftovers(tools, { ordinal, workspace: path, baseline, git, status });
    }
    await mergeIn(tools, git, { head, on });
  }
  const { entries } = await readStatus(git, 'normal');
  const files = entries.filter(({ kind }) => kind === 'unmerged').map((entry) => entry.path);
  record.record({ type: 'task-stacked', task: ordinal, on, base: head, files });
}

async function mergeIn(
  { identity }: RunTools,
  git: Git,
  { head, on }: { readonly head: string; readonly on: number },
): Promise<void> {
  const { code, stderr } = await git.probe(
    [
      ...['-c', 'rerere.enabled=false', '-c', 'merge.conflictStyle=diff3'],
      ...['merge', '--no-ff', '-m', `Build on task ${on}`, head],
    ],
    { env: identityVariables(identity) },
  );
  // 1 says that there are conflicts.
  if (code > 1) throw new Error(`Git could not merge the branch of task ${on}: ${stderr.trim()}`);
}
