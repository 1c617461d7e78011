import type { Journal } from '../../journal/journal.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { displayIssue, type IssueRef } from '../../model/issue/issue.ts';
import { UserError } from '../../model/user-error.ts';

/** The error for a user whose issue another process works on, with what that process waits for if it waits for people. */
export function busyRun(journal: Journal, issue: IssueRef, pid: number): UserError {
  const run = journal.findRun(issue);
  const pause = run === null ? null : (foldRun(journal.read(run, 0))?.pause ?? null);
  const waiting = pause?.reason === 'unapproved' ? { unapproved: pause.message } : {};
  return new UserError({ code: 'run-busy', run: displayIssue(issue), pid, ...waiting });
}
