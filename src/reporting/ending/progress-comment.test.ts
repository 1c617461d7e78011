import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toString } from 'mdast-util-to-string';
import { forgeMeaning, hostileTexts, readMarkdown } from '../../../test/rig/read-markdown.ts';
import { gfm } from 'micromark-extension-gfm';
import { expect, test } from 'vitest';
import { sampleEvents, type Sample } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { renderProgressComment } from './progress-comment.ts';

function commentOf(sample: Sample): string {
  return renderProgressComment(foldRun(sampleEvents(sample)) as RunState, { canAnswer: true });
}

function tableRows(markdown: string): string[][] {
  const tree = fromMarkdown(markdown, {
    extensions: [gfm()],
    mdastExtensions: [gfmFromMarkdown()],
  });
  const table = tree.children.find((node) => node.type === 'table');
  return (table?.children ?? []).map((row) => row.children.map((cell) => toString(cell)));
}

test('each task has its row: state, pull request, checks, cost and time', () => {
  const rows = tableRows(commentOf({}));
  expect(rows).toHaveLength(4);
  expect(rows[1]?.slice(2)).toEqual(['✅ ready for review', '#201', '1 ✓', '$0.25', '1m 00s']);
  expect(rows[3]?.slice(2, 4)).toEqual(['❌ failed', '']);
});

test('what failed stands below the table, and the counts above', () => {
  const comment = commentOf({});
  expect(comment).toContain('2 of 3 tasks done, 1 failed');
  expect(comment).toContain('- Task 3: ');
});

test.each(['a | b', '@everyone', '<b>x</b>', '#1 closes #2'])(
  'the title %s is shown as it is, and means nothing',
  (title) => {
    const comment = commentOf({ tasks: [{ outcome: 'completed', title }] });
    const rows = tableRows(comment);
    expect(rows).toHaveLength(2);
    expect(rows[1]).toHaveLength(7);
    // What would call people or close issues is broken by a space without width.
    expect(rows[1]?.[1]?.replaceAll('\u200B', '')).toContain(title);
  },
);

function askingState(text: string, options: readonly string[]): RunState {
  const events = sampleEvents({ tasks: [{ outcome: 'running' }], ended: null });
  const last = events.at(-1);
  if (last === undefined) throw new Error('The sample has no events');
  const asked = { task: 1, attempt: 1, question: 1, key: '0123456789abcdef', text, options };
  const event: JournalEvent = { ...last, ...asked, type: 'question-asked', seq: last.seq + 1 };
  return foldRun([...events, event]) as RunState;
}

test.each(hostileTexts)('the question %j and its choices mean nothing', (text) => {
  for (const canAnswer of [true, false]) {
    const comment = renderProgressComment(askingState(text, [text, text]), { canAnswer });
    const { kinds, prose } = readMarkdown(comment.slice(0, comment.indexOf('| |')));
    expect(prose).not.toMatch(forgeMeaning);
    for (const kind of ['html', 'image', 'link']) expect(kinds).not.toContain(kind);
  }
});

test('a question stands there with the line that answers it, until it waits no more', () => {
  const state = askingState('Which colour?', ['dark red', 'green']);
  const comment = renderProgressComment(state, { canAnswer: true });
  expect(comment).toContain('Question 1 (task 1): Which colour? (dark red / green)');
  expect(comment).toContain('`/answer 1 dark red`');
  expect(renderProgressComment(state, { canAnswer: false })).toContain(
    '`flotilla answer issue.md 1 dark red`',
  );
  const questions = state.questions.map((one) => ({ ...one, state: 'expired' as const }));
  const after = renderProgressComment({ ...state, questions }, { canAnswer: true });
  expect(after).not.toContain('answer');
});
