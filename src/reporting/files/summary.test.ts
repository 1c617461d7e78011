import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toString } from 'mdast-util-to-string';
import { gfm } from 'micromark-extension-gfm';
import { expect, test } from 'vitest';
import {
  sampleCheck,
  sampleEvents,
  sampleFinding,
  type Sample,
} from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { UnionVerdict } from '../../model/merge/union.ts';
import { renderSummary } from './summary.ts';

function summaryOf(sample: Sample): string {
  return renderSummary(foldRun(sampleEvents(sample)) as RunState);
}

function parse(markdown: string) {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

function tableRows(markdown: string): string[][] {
  const table = parse(markdown).children.find((node) => node.type === 'table');
  return (table?.children ?? []).map((row) => row.children.map((cell) => toString(cell)));
}

test('the table tells each task in one row', () => {
  expect(tableRows(summaryOf({})).slice(1)).toEqual([
    ['1. Build part 1', 'completed', '#201', '1', '1/1 passed', '1m 00s', '$0.25'],
    ['2. Build part 2', 'completed', '#202', '1', '1/1 passed', '2m 00s', '$0.50'],
    ['3. Build part 3', 'failed: check-failed', '–', '1', '0/1 passed', '3m 00s', '$0.75'],
  ]);
});

test.each([
  'a | b \\| c',
  '`code` | ``more`',
  '<img src=x onerror=alert(1)> </td>',
  '[link](javascript:alert(1)) ![image](x)',
  '\\',
  '# heading **bold** _it_ ~~x~~ &amp; @someone',
])('the title %s is shown as it is and breaks nothing', (title) => {
  const markdown = summaryOf({ title, tasks: [{ outcome: 'completed', title }] });
  const rows = tableRows(markdown);
  expect(rows).toHaveLength(2);
  expect(rows[1]).toHaveLength(7);
  // What would call people or close issues is broken by a space without width.
  expect(rows[1]?.[0]?.replaceAll('\u200B', '')).toBe(`1. ${title}`);
  const heading = parse(markdown).children[0];
  expect(heading && toString(heading).replaceAll('\u200B', '')).toBe(`local#1: ${title}`);
  expect(JSON.stringify(parse(markdown))).not.toContain('"type":"html"');
});

test('a title of several lines stays in its row', () => {
  const rows = tableRows(
    summaryOf({ tasks: [{ outcome: 'completed', title: 'a\n\n# b\u001b[2J' }] }),
  );
  expect(rows[1]?.[0]).toBe('1. a # b');
});

test('nothing in the output of a check closes its block', () => {
  const excerpt = 'before\n```\n# not a heading\n`````\nafter';
  const failure = {
    reason: 'check-failed' as const,
    message: 'npm test failed',
    check: sampleCheck({ state: 'failed', exitCode: 1, excerpt, log: '/logs/it.log' }),
  };
  const markdown = summaryOf({ tasks: [{ outcome: 'failed', failure }] });
  const blocks = parse(markdown).children.filter((node) => node.type === 'code');
  expect(blocks.map(({ value }) => value)).toContain(excerpt);
  expect(markdown).toContain('**TEST_FAILURE** (check-failed): npm test failed');
  expect(markdown).toContain('Log: `/logs/it.log`');
});

test('files of a failure, findings and the base are shown', () => {
  const failure = {
    reason: 'out-of-scope' as const,
    message: 'It changed a file that only task 2 declares',
    files: ['src/other.js'],
  };
  const markdown = summaryOf({
    tasks: [{ outcome: 'failed', failure }],
    findings: [sampleFinding({ severity: 'critical' })],
  });
  expect(markdown).toContain('- `src/other.js`');
  expect(markdown).toContain('**critical**, file-conflict (tasks 1, 2)');
  expect(markdown).toContain('Work started from `main` at `bbbbbbbbbbbb`. Its checks passed.');
});

test.each([
  [['completed', 'completed'], '🎉 All agents succeeded!', 'Merge PRs sequentially'],
  [
    ['completed', 'completed', 'completed', 'completed', 'failed'],
    '⚠️ 4/5 agents succeeded',
    'Retry failed task: `flotilla orchestrate issue.md --retry`',
  ],
  [
    ['completed', 'completed', 'failed'],
    '⚠️ 2/3 agents succeeded',
    'Fix underlying problem (task 3)',
  ],
  [['completed', 'failed'], '❌ Major failures detected', 'Fix root cause (task 2)'],
] as const)('%s leads to the guide’s words', (outcomes, headline, step) => {
  const markdown = summaryOf({ tasks: outcomes.map((outcome) => ({ outcome })) });
  expect(markdown).toContain(headline);
  expect(markdown).toContain(step);
});

test('only work that was pushed is offered for a look', () => {
  const markdown = summaryOf({ tasks: [{ outcome: 'completed' }, { outcome: 'failed' }] });
  expect(markdown).toContain('git diff main...flotilla/feat/issue-1-part');
  expect(markdown).not.toContain('flotilla/feat/issue-2-part');
});

test('the same state gives the same bytes', () => {
  expect(summaryOf({})).toBe(summaryOf({}));
});

test('the union of the branches is described as far as it is known', () => {
  const events = sampleEvents({});
  expect(summaryOf({})).not.toContain('## Merging');
  const stamp = { seq: 1_000, at: '2026-03-02T13:00:00.000Z', run: events[0]?.run ?? '' };
  const verdict: UnionVerdict = {
    ...{ state: 'red', base: 'b', tasks: [1, 2, 3], left: [], red: ['test'] },
    ...{ culprits: [[1, 2]], flaky: [], checks: [], runs: 5, isSearchComplete: true },
  };
  const file = { path: 'a|b.js', kind: 'binary', hunks: [] } as const;
  const state = foldRun([
    ...events,
    { ...stamp, type: 'union-judged', verdict },
    {
      ...stamp,
      type: 'conflicts-seen',
      arisen: [{ task: 1, with: 3, files: [file] }],
      settled: [],
    },
  ]);
  const summary = renderSummary(state as RunState);
  expect(summary).toContain('test fails with tasks 1 and 2 together');
  expect(summary).toContain(String.raw`tasks 1 and 3 collide in a\|b.js (binary)`);
});
