import { expect, test } from 'vitest';
import {
  sampleCheck,
  sampleEvents,
  type Sample,
  type SampleTask,
} from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { renderClosing } from './closing.ts';

function closingOf(sample: Sample): string {
  return renderClosing(foldRun(sampleEvents(sample)) as RunState, 'runtime/summary.md');
}

test('success says what to review, how, and where the summary is', () => {
  const text = closingOf({ tasks: [{ outcome: 'completed', title: 'Cart API' }] });
  expect(text.split('\n').slice(0, 5)).toEqual([
    '🎉 All agents succeeded!',
    '→ Review PRs for quality',
    '→ Run CI on all PRs',
    '→ Merge PRs sequentially',
    '    flotilla merge issue.md',
  ]);
  expect(text).toContain('#201  Cart API  feat/issue-1-part');
  expect(text).toContain('git log main..flotilla/feat/issue-1-part');
  expect(text).toContain('git diff main...flotilla/feat/issue-1-part');
  expect(text).toContain('Summary: runtime/summary.md');
});

test('partial success names each failure, why, its log and the command that retries it', () => {
  const text = closingOf({
    source: 'my issue.md',
    tasks: [
      ...Array.from({ length: 4 }, () => ({ outcome: 'completed' as const })),
      { outcome: 'failed' },
    ],
  });
  expect(text).toContain('⚠️ 4/5 agents succeeded');
  expect(text).toContain("flotilla orchestrate 'my issue.md' --retry");
  expect(text).toContain('✗ task 5  Build part 5');
  expect(text).toContain('TEST_FAILURE: npm test ended with exit code 1');
  expect(text).toContain('/logs/agent-5/test.log');
});

test('pull requests stand in columns, with where to look or that they are merged, and what had to be fixed', () => {
  const events = sampleEvents({
    tasks: [
      { outcome: 'completed', title: 'Cart' },
      { outcome: 'completed', title: 'Cart API' },
    ],
  });
  const state = foldRun(events) as RunState;
  const [one, two] = state.tasks;
  const fixed = two?.attempts.map((attempt) => ({ ...attempt, why: 'fix-checks' as const })) ?? [];
  const tasks = [
    { ...one!, status: 'merged' as const, pullRequest: { ...one!.pullRequest!, number: 7 } },
    { ...two!, attempts: fixed },
  ];
  expect(renderClosing({ ...state, tasks }, 'summary.md')).toContain(
    `
Pull requests
  ✓ #7    Cart      merged
  ✓ #202  Cart API  feat/issue-2-part, after 1 fix of a failing check
`,
  );
});

test('a list that is wider than the terminal does without branches', () => {
  const title = 'A task with quite a long title for a narrow terminal';
  const tasks = [{ outcome: 'completed' as const, title }];
  const state = foldRun(sampleEvents({ tasks })) as RunState;
  expect(renderClosing(state, 's.md', 80)).toContain(`  ✓ #201  ${title}\n`);
  for (const width of [120, null])
    expect(renderClosing(state, 's.md', width)).toContain(`${title}  feat/issue-1-part\n`);
});

function failedCheck(excerpt: string): SampleTask {
  const check = sampleCheck({ state: 'failed', exitCode: 1, excerpt });
  return {
    outcome: 'failed',
    failure: { reason: 'check-failed', message: 'npm test failed (exit code 1)', check },
  };
}

const assertion =
  '✖ adds (1.2ms)\n✖ failing tests:\n✖ adds (1.2ms)\n  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:\n\n  1 !== 2\n\n      at x\n';

test('a failed run names each cause with its telling line and its remedy, and the common pattern where there is one', () => {
  const various = closingOf({
    tasks: [
      { outcome: 'failed' },
      { outcome: 'failed', failure: { reason: 'agent-failed', message: 'lost it' } },
    ],
  });
  expect(various).not.toContain('Identify common failure pattern');
  expect(various).toContain(
    "Fix root cause (task 2): The agent's program ended with an error. lost",
  );
  const text = closingOf({ tasks: [1, 2, 3].map(() => failedCheck(assertion)) });
  expect(text).toContain('❌ Major failures detected: 0/3');
  expect(text).toContain(
    'Identify common failure pattern: 3 of 3 failed alike (tasks 1, 2 and 3)\n',
  );
  expect(text).toContain(
    'Fix root cause (tasks 1, 2 and 3): A test fails with the work of the task. AssertionError [ERR_ASSERTION]: Expected values to be strictly equal: 1 !== 2 (adds).',
  );
  expect(text).not.toMatch(/\d ?ms\b/u);
  expect(text).toContain('→ Retry failed tasks\n    flotilla orchestrate issue.md --retry\n');
  expect(text).not.toContain('sequential workflow');
  expect(text).not.toContain('Pull requests');
});

test('one of three is no major failure, and one after another is advised where the order was at fault', () => {
  const done = { outcome: 'completed' } as const;
  const one = closingOf({ tasks: [done, done, failedCheck(assertion)] });
  expect(one).toMatch(/^⚠️ 2\/3 agents succeeded\n/u);
  expect(one).toContain('→ Fix underlying problem (task 3): A test fails');
  expect(one).not.toContain('sequential workflow');

  const missing = "Error: Cannot find module './part-1.js' imported from /ws/2/src/a.js";
  const events = sampleEvents({ tasks: [done, done, failedCheck(missing)] });
  const state = foldRun(events) as RunState;
  const tasks = state.tasks.map((task) => ({
    ...task,
    files: task.files.map((file) => ({ ...file, change: 'added' as const })),
  }));
  expect(renderClosing({ ...state, tasks }, 's.md')).toContain(
    '→ Consider sequential workflow instead\n    flotilla orchestrate issue.md --retry --max-workers 1\n',
  );
});

test('what the base fails already is laid to the base', () => {
  const events = sampleEvents({ tasks: [failedCheck(assertion)] });
  const state = foldRun(events) as RunState;
  const baseChecks = [sampleCheck({ state: 'failed', exitCode: 1 })];
  const text = renderClosing({ ...state, baseChecks }, 's.md');
  expect(text).toContain(
    "Fix root cause (task 1): npm test fails on the base (main) already, without this task's work.",
  );
  expect(text).toContain('Make it pass on main first');
});

test('an interrupted run says how to go on and never that it succeeded', () => {
  const text = closingOf({
    tasks: [{ outcome: 'completed' }, { outcome: 'running' }, { outcome: 'queued' }],
    ended: 'interrupted',
  });
  expect(text).toContain('Interrupted: 1/3 agents succeeded');
  expect(text).toContain('flotilla orchestrate issue.md\n');
  expect(text).toContain('○ task 2  Build part 2: not finished');
  expect(text).toContain('○ task 3  Build part 3: not started');
  expect(text).not.toContain('All agents succeeded');
});

test('on GitHub the pull request is where to look', () => {
  const text = closingOf({
    issue: { forge: 'github', owner: 'o', repo: 'r', number: 3 },
    tasks: [{ outcome: 'completed' }],
  });
  expect(text).toContain('#201  Build part 1  file:///pr/1');
  expect(text).not.toContain('git log');
});

test('titles cannot command the terminal', () => {
  const title = 'x\u001b[2J\u001b]0;owned\u0007\u202e\ny';
  const text = closingOf({ tasks: [{ outcome: 'failed', title }] });
  expect(text).toContain('task 1  x y\n');
  expect(text).not.toMatch(/[[\p{Cc}\u202e]--\n]/v);
});

test('where some is merged and some failed, both are gone on with; a night between two starts took no time', () => {
  const events = sampleEvents({
    tasks: [
      ...Array.from({ length: 4 }, () => ({ outcome: 'completed' as const })),
      { outcome: 'failed' },
    ],
  });
  const state = foldRun(events) as RunState;
  const tasks = state.tasks.map((task) =>
    task.status === 'completed' ? { ...task, status: 'merged' as const } : task,
  );
  const [begin, end] = [Date.parse(state.startedAt), Date.parse(state.endedAt ?? '')];
  const at = (ms: number): string => new Date(ms).toISOString();
  const diagnosis = { number: 9, url: 'file:///forge/issues/9.md', isOver: false };
  const night = 8 * 3_600_000;
  const spans = [
    { from: at(begin), to: at(end) },
    { from: at(end + night), to: at(end + night + 5_000) },
  ];
  const text = renderClosing(
    { ...state, tasks, spans, diagnosis, endedAt: at(end + night + 5_000) },
    's.md',
  );
  expect(text).toContain('git merge --ff-only flotilla/main');
  expect(text).not.toContain('Review successful PRs');
  expect(text).toContain('→ Check failure diagnostic issue #9\n    cat /forge/issues/9.md\n');
  expect(text).toContain('--retry');
  expect(text).toMatch(/^5 tasks, [0-9]m [0-9]{2}s, /mu);
});
