import { digestIssue, openTitles } from '../../intake/digest-issue.ts';
import { parseIssue } from '../../intake/parse-issue.ts';
import {
  findEdits,
  type IssueDigest,
  type IssueEdits,
  type IssueWords,
  type ReadIssue,
} from '../../model/issue/issue-digest.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { nothingAsked } from '../github/watch-github-issue.ts';
import { readIssueFile } from './load-issue.ts';

/**
 * Reads what the file of an issue asks for now, each time it is called; null when the file cannot be read, which says
 * nothing about its words. The same text is understood once: forty tasks that begin together all ask.
 */
export function issueReader(source: string): ReadIssue {
  let last: { readonly markdown: string; readonly words: IssueWords } | null = null;
  return async () => {
    const text = await readIssueFile(source, '/').catch(() => null);
    if (text === null) return null;
    if (last?.markdown !== text.markdown) last = { ...text, words: wordsOf(text.markdown) };
    return last.words;
  };
}

function wordsOf(markdown: string): IssueWords {
  const parsed = parseIssue(markdown);
  if (!parsed.ok) return nothingAsked;
  return { ...digestIssue(parsed.value), titles: openTitles(parsed.value) };
}

/** What was edited since a run was last planned; null when nothing was, or nobody noted what it asked for. */
export function editsSince(known: RunState | null, now: IssueDigest): IssueEdits | null {
  // Runs of before there were digests have none.
  const before = known?.issueDigest ?? null;
  return before === null ? null : findEdits(before, now);
}
