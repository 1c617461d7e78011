import type { Forge } from '../../forge/forge.ts';
import { updateRef } from '../../git/refs.ts';
import type { MergeRepository } from '../../git/merge-repository.ts';
import type { UndoState } from '../../model/state/undo-state.ts';
import type { RunRecord } from '../../services/run-record.ts';
import type { PlannedUndo } from './plan-undo.ts';
import { undoBody, undoTitle } from './undo-body.ts';

/**
 * Pushes the branch of an undo and opens its pull request. What an earlier call had done of it is found: doing it twice does
 * it once.
 */
export async function publishUndo(
  undo: PlannedUndo,
  {
    record,
    forge,
    repository,
  }: {
    readonly record: RunRecord;
    readonly forge: Pick<Forge, 'push' | 'ensurePullRequest'>;
    /** The one that it was planned in. */
    readonly repository: MergeRepository;
  },
): Promise<UndoState> {
  const { key, branch, tasks, base, head, commits } = undo;
  const state = record.state();
  record.record({ type: 'undo-intended', key, tasks, branch, base });
  await updateRef(repository.git, `refs/heads/${branch}`, head);
  await forge.push({ from: repository.directory, commit: head, branch });
  const item = await forge.ensurePullRequest({
    ...{ key, title: undoTitle(state, undo), body: undoBody(state, undo) },
    ...{ head: branch, base: state.base.branch, closes: null, checks: [] },
  });
  record.record({
    ...{ type: 'undo-published', key, head, ...item },
    commits: commits.map(({ task, sha }) => ({ task, sha })),
  });
  return { key, branch, tasks, published: { head, pullRequest: item } };
}
