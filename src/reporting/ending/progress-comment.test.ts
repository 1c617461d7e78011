import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toString } from 'mdast-util-to-string';
import { gfm } from 'micromark-extension-gfm';
import { expect, test } from 'vitest';
import { sampleEvents, type Sample } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { renderProgressComment } from './progress-comment.ts';

function commentOf(sample: Sample): string {
  return renderProgressComment(foldRun(sampleEvents(sample)) as RunState);
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
