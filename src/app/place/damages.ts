import type { Journal } from '../../journal/journal.ts';
import { issueKey, type IssueRef } from '../../model/issue/issue.ts';
import type { JournalDamage } from '../../model/user-error.ts';

/** What is wrong with an issue's newest run, or with a run that may be its own. */
export function damagesFor(journal: Journal, issue: IssueRef): JournalDamage[] {
  const own = journal.runs().find((entry) => issueKey(entry.issue) === issueKey(issue));
  const damage = own === undefined ? null : journal.readSound(own.run).damage;
  return [...(damage === null ? [] : [damage]), ...journal.losses()];
}
