import { openTitles } from '../../intake/digest-issue.ts';
import { withNumbers } from '../../intake/order/with-numbers.ts';
import type { IssueDigest } from '../../model/issue/issue-digest.ts';
import type { MasterIssue } from '../../model/issue/issue.ts';
import { withItemNumbers } from '../../model/issue/number-items.ts';
import { runNumbers } from '../../model/state/run-numbers.ts';
import type { RunState } from '../../model/state/run-state.ts';

/** An issue as it was read, its items numbered by their places. */
export type ReadIssueText = { readonly master: MasterIssue; readonly digest: IssueDigest };

/**
 * The issue with the numbers that its run knows the items by: an item keeps its number when another one is put before it.
 * Null when it is not clear which item is which; the same for an issue that was never run.
 */
export function asRunKnows<Issue extends ReadIssueText>(
  state: RunState | null,
  issue: Issue,
): Issue | null {
  if (state === null) return issue;
  const titles = new Map([
    ...openTitles(issue.master),
    ...issue.master.skipped.map(({ ordinal, title }) => [ordinal, title] as const),
  ]);
  const numbers = runNumbers(state, { ...issue.digest, titles });
  if (numbers === null) return null;
  return {
    ...issue,
    master: withNumbers(issue.master, numbers),
    digest: withItemNumbers(issue.digest, numbers),
  };
}
