import type { Journal } from '../../journal/journal.ts';
import type { IssueRef } from '../../model/issue/issue.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { hasSucceeded } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { GitHubTarget } from './choose-forge.ts';
import { findTaskOfSubIssue } from '../place/find-place.ts';
import type { IssueArgument } from './issue-argument.ts';

/** The task of a run whose sub-issue is meant on the forge that was chosen; null when it is the sub-issue of none. */
export function subIssueTask(
  journal: Journal,
  wanted: IssueArgument,
  target: GitHubTarget | null,
): { readonly master: IssueRef; readonly ordinal: number } | null {
  if (target === null)
    return wanted.kind === 'file'
      ? null
      : findTaskOfSubIssue(journal, { kind: 'local', number: wanted.number });
  const { owner, repo } = target.repository;
  const { number } = target;
  return findTaskOfSubIssue(journal, { kind: 'github', host: null, owner, repo, number });
}

/** Says that a task needs no more work, and where its work is; null when it has not succeeded. */
export function succeededWords({ tasks }: RunState, ordinal: number): string | null {
  const task = tasks.find((one) => one.ordinal === ordinal);
  if (task === undefined || !hasSucceeded(task)) return null;
  const { pullRequest, status } = task;
  const stands = status === 'merged' ? 'merged' : 'open';
  const where =
    pullRequest === null
      ? ''
      : ` Its pull request #${pullRequest.number} is ${stands}: ${plainText(pullRequest.url, 500)}`;
  return `Nothing to do: task ${ordinal}, ${plainText(task.title, 80)}, has succeeded.${where}`;
}
