import { expect, test } from 'vitest';
import { sampleEvents, type Sample } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { renderMergeReport, type MergeReport } from './merge-report.ts';

const sample: Sample = {
  source: 'issue.md',
  issue: { forge: 'local', number: 1 },
  tasks: [{ outcome: 'completed' }, { outcome: 'completed' }, { outcome: 'failed' }],
};

function told(report: Pick<MergeReport, 'merged' | 'left'>, flags: readonly string[] = []): string {
  const state = foldRun(sampleEvents(sample)) as RunState;
  const base = { branch: 'main', sha: 'c'.repeat(40) };
  const whole = { ...report, base, union: { state: 'green', culprits: [] }, next: null } as const;
  return renderMergeReport(whole, state, flags);
}

test('what was left is named with what to type next, each once', () => {
  const text = told({
    merged: [1],
    left: [
      { ordinal: 2, reason: 'conflict', with: [1], message: 'it conflicts with task 1 in a.ts' },
      { ordinal: 3, reason: 'failed', with: [], message: 'npm test failed' },
    ],
  });
  expect(text).toMatch(/^Merged of \S+: task 1\.$/mu);
  expect(text).toContain('Left: task 2, it conflicts with task 1 in a.ts.');
  expect(text).toContain('flotilla orchestrate issue.md --retry');
  expect(text.match(/^ {2}flotilla merge issue\.md$/gmu)).toHaveLength(1);
  expect(text).toContain('git merge --ff-only flotilla/main');
});

test('what lacks an approval says how to give it, and is taken up as merging was asked for', () => {
  const text = told(
    {
      merged: [],
      left: [{ ordinal: 2, reason: 'not-approved', with: [], message: 'nobody has approved it' }],
    },
    ['--method', 'rebase', '--merge', 'approved'],
  );
  expect(text).toMatch(/^Nothing of \S+ was merged\.$/mu);
  expect(text).toContain('add the line review: "approved"');
  expect(text).toContain('  flotilla merge issue.md --method rebase --merge approved\n');
  expect(text).not.toContain('--ff-only');
});

test('when all is merged, nothing is left to say except where it is', () => {
  const text = told({ merged: [1, 2, 3], left: [] });
  expect(text).toMatch(/^All of \S+ is merged: tasks 1, 2 and 3\.$/mu);
  expect(text).not.toContain('flotilla merge');
});
