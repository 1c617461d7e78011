import type { Journal } from '../../journal/journal.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { IssueDigest } from '../../model/issue/issue-digest.ts';
import type { IssueRef } from '../../model/issue/issue.ts';
import type { SecondReading } from '../../model/plan/second-reading.ts';
import { editsSince } from '../issue/issue-words.ts';
import { readSecond, type ReaderAsked } from './second-reader.ts';

/**
 * The second reading that a run uses: a run that was begun keeps the one that it began with, or none, until its
 * issue is edited. Only then is a new one requested.
 */
export async function readForRun(
  asked: ReaderAsked,
  about: {
    readonly journal: Journal;
    readonly issue: IssueRef;
    readonly digest: IssueDigest;
  },
): Promise<SecondReading | null> {
  const run = about.journal.findRun(about.issue);
  const known = run === null ? null : foldRun(about.journal.read(run, 0));
  if (known?.plan != null && editsSince(known, about.digest) === null)
    return known.plan.reading ?? null;
  return readSecond(asked);
}
