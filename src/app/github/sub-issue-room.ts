import { mostSubIssues } from '../../forge/github/issues/ensure-issue.ts';
import { plainTitle } from '../../forge/github/issues/known-issues.ts';
import type { FoundIssue } from '../../forge/github/issues/read-issue.ts';
import type { SubTask } from '../../model/issue/issue.ts';
import type { Finding } from '../../model/plan/plan.ts';

/**
 * A finding when the tasks of a master issue need more sub-issues than GitHub allows for one issue; null when there is
 * room. A task whose sub-issue is there already needs none.
 */
export function subIssueRoomFinding(order: {
  /** The master issue, as people write it. */
  readonly name: string;
  readonly tasks: readonly Pick<SubTask, 'ordinal' | 'title' | 'reference'>[];
  /** The sub-issues that it has; GitHub counts closed ones, too. */
  readonly subIssues: readonly Pick<FoundIssue, 'number' | 'title'>[];
}): Finding | null {
  const { name, tasks, subIssues } = order;
  const isThere = ({ title, reference }: (typeof tasks)[number]): boolean =>
    subIssues.some(
      (issue) =>
        issue.number === reference?.number || plainTitle(issue.title) === plainTitle(title),
    );
  const missing = tasks.filter((task) => !isThere(task));
  const needed = subIssues.length + missing.length;
  const beyond = needed - mostSubIssues;
  if (beyond <= 0 || missing.length === 0) return null;
  const without = Math.min(beyond, missing.length);
  return {
    kind: 'too-many-sub-issues',
    severity: 'warning',
    tasks: missing.slice(-without).map(({ ordinal }) => ordinal),
    message: `${name} would have ${needed} sub-issues, and GitHub allows ${mostSubIssues} for one issue`,
    evidence: `${subIssues.length} there, closed ones too; ${missing.length} to create`,
    advice: `${without} of the new issues will not be listed as sub-issues; they are created anyway and say “Part of ${name}”. Remove finished sub-issues, or split the master issue.`,
  };
}
