import { setTimeout as delay } from 'node:timers/promises';
import type { IssueWords, ReadIssue } from '../../model/issue/issue-digest.ts';
import { UserError } from '../../model/user-error.ts';

export type IssueWatchParams = {
  /** What the issue asked for when it was last read. */
  readonly known: IssueWords;
  /** Reads it again. */
  readonly read: () => Promise<IssueWords>;
  /** Milliseconds between two readings, at least. */
  readonly everyMs: number;
  /** Milliseconds of a clock that does not jump. */
  readonly elapsed: () => number;
};

/** No task waits longer than this to learn that nothing was edited. */
const longestWaitMs = 5_000;

/** What an issue on GitHub asks for by now: read again when the last reading is old; otherwise, or without an answer, the last reading. */
export function watchGitHubIssue(params: IssueWatchParams): ReadIssue {
  let { known } = params;
  let readAt = params.elapsed();
  let reading: Promise<void> | null = null;
  const readAgain = async (): Promise<void> => {
    try {
      known = await params.read();
    } catch (error) {
      // GitHub's bad days say nothing about the words of the issue; an issue that has no tasks any more does.
      if (!(error instanceof UserError)) throw error;
      const { code } = error.problem;
      if (code === 'no-sub-tasks' || code === 'issue-too-large') known = nothingAsked;
    } finally {
      readAt = params.elapsed();
      reading = null;
    }
  };
  return async ({ isLast }) => {
    if (!isLast && reading === null && params.elapsed() - readAt < params.everyMs) return known;
    reading ??= readAgain();
    const enough = new AbortController();
    const patience = delay(longestWaitMs, undefined, { signal: enough.signal });
    await Promise.race([reading, patience.catch(() => undefined)]);
    enough.abort();
    return known;
  };
}

/** What an issue without tasks asks for. */
export const nothingAsked: IssueWords = { items: [], common: '', background: '' };
