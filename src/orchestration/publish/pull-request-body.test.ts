import { expect, test } from 'vitest';
import { forgeMeaning, hostileTexts, readMarkdown } from '../../../test/rig/read-markdown.ts';
import { plannedTask, sampleEvents } from '../../../test/rig/sample-run.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { renderDiagnosticIssue } from '../../reporting/ending/diagnostic-issue.ts';
import { renderProgressComment } from '../../reporting/ending/progress-comment.ts';
import { renderReviewPage } from '../../reporting/files/review-packet.ts';
import { renderSummary } from '../../reporting/files/summary.ts';
import { pullRequestBody } from './pull-request-body.ts';

/** A run of which every text of others is this one. */
function spoiled(text: string) {
  const tasks = [
    { outcome: 'completed', title: text, files: [text.replaceAll('\n', ' ')] },
    {
      outcome: 'failed',
      title: text,
      failure: { reason: 'agent-failed', message: text },
    },
  ] as const;
  const events = sampleEvents({ title: text, tasks }).map((event): JournalEvent => {
    if (event.type === 'attempt-ended') return { ...event, claim: text };
    if (event.type === 'task-verified') return { ...event, notes: [text] };
    if (event.type === 'work-committed')
      return { ...event, commits: event.commits.map(({ sha }) => ({ sha, subject: text })) };
    return event;
  });
  const state = foldRun(events);
  if (state === null) throw new Error('a run');
  return state;
}

const key = 'flotilla:pull:orch-local-1-20260302-1200:1';

test.each(hostileTexts)('%j means nothing in anything that we write', (text) => {
  const state = spoiled(text);
  const [task] = state.tasks;
  if (task === undefined) throw new Error('a task');
  const planned = { ...plannedTask({ title: text }, 1), acceptance: [text] };
  const documents = {
    pull: pullRequestBody({ state, task, planned, below: task, key }),
    summary: renderSummary(state),
    review: renderReviewPage(state) ?? '',
    comment: renderProgressComment(state, { canAnswer: true }),
    diagnosis: renderDiagnosticIssue({ state, secrets: [] })?.body ?? '',
  };
  for (const [name, document] of Object.entries(documents)) {
    const { kinds, prose } = readMarkdown(document);
    // Our own references to issues and pull requests are meant.
    const others = prose.replaceAll(/#[12]0\d\b|local#1\b/gu, '');
    expect(others, name).not.toMatch(forgeMeaning);
    expect(kinds, name).not.toContain('image');
    expect(document, name).not.toMatch(/[[\p{Cc}\u202A-\u202E\u2066-\u2069]--[\n\t]]/v);
    const marks = [...document.matchAll(/<!--.*?-->/gu)].map(([mark]) => mark);
    expect(
      marks.every((mark) => /^<!-- flotilla:(?:pull|diagnostic):orch-local-1-2026/u.test(mark)),
      name,
    ).toBe(true);
  }
});
