import { digestIssue } from '../intake/issue-digest.ts';
import { parseIssue } from '../intake/parse-issue.ts';
import { findEdits, type IssueDigest, type IssueEdits } from '../model/issue-digest.ts';
import type { RunState } from '../model/run-state.ts';
import { readIssueFile } from './load-issue.ts';
import { nothingAsked } from './watch-github-issue.ts';

/** What the file of an issue asks for now; null when it cannot be read, which says nothing about its words. */
export async function readIssueWords(source: string): Promise<IssueDigest | null> {
  const text = await readIssueFile(source, '/').catch(() => null);
  if (text === null) return null;
  const parsed = parseIssue(text.markdown);
  return parsed.ok ? digestIssue(parsed.value) : nothingAsked;
}

/** What was edited since a run was last planned; null when nothing was, or nobody noted what it asked for. */
export function editsSince(known: RunState | null, now: IssueDigest): IssueEdits | null {
  // Runs of before there were digests have none.
  const before = known?.issueDigest ?? null;
  return before === null ? null : findEdits(before, now);
}
