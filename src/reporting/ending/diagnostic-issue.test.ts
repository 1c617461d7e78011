import { fromMarkdown } from 'mdast-util-from-markdown';
import { expect, test } from 'vitest';
import { sampleCheck, sampleEvents, type Sample } from '../../../test/rig/sample-run.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import type { Failure } from '../../model/failure/failure.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { renderDiagnosticIssue } from './diagnostic-issue.ts';

function diagnostic(sample: Sample, secrets: readonly string[] = []) {
  return renderDiagnosticIssue({ state: foldRun(sampleEvents(sample)) as RunState, secrets });
}

function failed(failure: Failure, title = 'Cart API') {
  return { outcome: 'failed' as const, failure, title };
}

function failedCheck(excerpt: string, title?: string) {
  const check = sampleCheck({ state: 'failed', exitCode: 1, excerpt, log: '/logs/check-1.log' });
  return failed({ reason: 'check-failed', message: 'npm test failed (exit code 1)', check }, title);
}

const timedOut: Failure = {
  reason: 'timed-out',
  message: 'Agent timeout after 30min',
  limitSeconds: 1_800,
};
const noMemory: Failure = { reason: 'out-of-resources', message: 'Only 100 MB of memory are free' };

test('a run without failures has none', () => {
  expect(
    diagnostic({
      tasks: [{ outcome: 'completed' }, { outcome: 'cancelled' }, { outcome: 'running' }],
    }),
  ).toBeNull();
});

test('it has one key a run, and the same state gives the same bytes', () => {
  const sample = { tasks: [failedCheck('✖ adds')] };
  const issue = diagnostic(sample);
  expect(issue?.key).toBe('flotilla:diagnostic:orch-local-1-20260302-1200');
  expect(issue?.body).toContain(`<!-- ${issue?.key} -->`);
  expect(issue?.title).toBe('[Master #1] Diagnostic: 1 of 1 task failed');
  expect(diagnostic(sample)).toEqual(issue);
});

test('failures of one cause are reported once, with cause, line, excerpt, fix and logs', () => {
  const excerpt = (n: number) =>
    `start\nError: Cannot find package 'lodash' imported from /ws/${n}/src/a.js\nend`;
  const body =
    diagnostic({
      tasks: [failedCheck(excerpt(1)), { outcome: 'completed' }, failedCheck(excerpt(3))],
    })?.body ?? '';
  expect(body.match(/^## \d/gmu)).toHaveLength(1);
  expect(body).toContain('IMPORT\\_CONFLICT (check-failed), tasks 1, 3');
  expect(body).toContain("Telling line: `Error: Cannot find package 'lodash'");
  expect(body).toContain('Cause: A package that the code imports is not installed');
  expect(body).toContain('Recommended fix: Add it to the project');
  expect(body).toMatch(/Fingerprint: `check-failed\/missing-module:lodash-[\da-f]{4}`/u);
  expect(body).toContain(
    '**Several agents failed with the same environmental error** (tasks 1, 3)',
  );
  expect(body).toContain('`/logs/check-1.log`');
  expect(body).toContain('`.claude/runtime/logs/orch-local-1-20260302-1200/agent-3.log`');
  // The workspace's own path is left out of the excerpt.
  expect(body).toContain(
    "```text\nstart\nError: Cannot find package 'lodash' imported from src/a.js\nend\n```",
  );
});

test('different causes are reported one by one, the most frequent first', () => {
  const body =
    diagnostic({ tasks: [failed(timedOut), failedCheck('✖ adds'), failedCheck('✖ adds (3ms)')] })
      ?.body ?? '';
  expect([...body.matchAll(/^## (\d.*)$/gmu)].map(([, heading]) => heading)).toEqual([
    '1. TEST\\_FAILURE (check-failed), tasks 2, 3',
    '2. TIMEOUT (timed-out), task 1',
  ]);
});

test('the task that creates a missing module is named', () => {
  const events = sampleEvents({
    tasks: [
      failedCheck("Error: Cannot find module '/ws/1/src/part-2.js' imported from /ws/1/src/a.js"),
      { outcome: 'running' },
    ],
  }).map((event): JournalEvent => {
    if (event.type !== 'planned') return event;
    const tasks = event.plan.tasks.map((task) => ({
      ...task,
      footprint: task.footprint.map((entry) => ({ ...entry, isNew: true })),
    }));
    return { ...event, plan: { ...event.plan, tasks } };
  });
  const body = renderDiagnosticIssue({ state: foldRun(events) as RunState, secrets: [] })?.body;
  expect(body).toContain('Import error: module not found');
  expect(body).toContain('task 2 will create src/part-2.js: run it first, or merge it');
});

test.each([
  [[failedCheck('✖ adds')], 'flotilla orchestrate issue.md --retry'],
  [[failed(timedOut)], 'flotilla orchestrate issue.md --retry --timeout 3600'],
  [[failed(noMemory)], 'flotilla orchestrate issue.md --retry --max-workers 2'],
  [
    [failedCheck('Error: ENOSPC: no space left'), failed(timedOut)],
    'flotilla orchestrate issue.md --retry --max-workers 2 --timeout 3600',
  ],
  [
    [
      failed({
        reason: 'check-failed',
        message: 'timed out',
        check: sampleCheck({ state: 'timed-out' }),
      }),
    ],
    'flotilla orchestrate issue.md --retry --check-timeout 1200',
  ],
  [
    [failed({ reason: 'stalled', message: 'silent', silentSeconds: 300 })],
    'flotilla orchestrate issue.md --retry --stall 600',
  ],
])('the retry command fits the failures: %#', (tasks, command) => {
  expect(diagnostic({ tasks })?.body).toContain(`\`\`\`text\n${command}\n\`\`\``);
});

test('secrets stand nowhere in it', () => {
  const secret = 'correct-horse-1';
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const message = `exited with code 1: ${secret} https://me:${secret}@host`;
  const tasks = [
    failedCheck(`Error: connect ECONNREFUSED ${secret}\n${token}`, `Title ${token}`),
    failed({ reason: 'agent-failed', message }),
  ];
  const text = JSON.stringify(diagnostic({ tasks }, [secret]));
  expect(text).not.toContain(secret);
  expect(text).not.toContain('a1B2a1B2');
  expect(text).toContain('redacted');
});

test('nothing that an agent wrote breaks out of its place', () => {
  const hostile =
    'x\n```\n# heading\n<!-- flotilla:diagnostic:other -->\n@everyone ![i](http://x)\n````';
  const body = diagnostic({ tasks: [failedCheck(hostile, 'T\n# h <b>')] })?.body ?? '';
  const tree = fromMarkdown(body);
  const headings = tree.children.filter((node) => node.type === 'heading');
  expect(headings).toHaveLength(3);
  const html = tree.children.filter((node) => node.type === 'html');
  expect(html.map(({ value }) => value)).toEqual([
    '<!-- flotilla:diagnostic:orch-local-1-20260302-1200 -->',
  ]);
});

test('it fits into an issue, however much failed', () => {
  const tasks = Array.from({ length: 60 }, (_, n) =>
    failedCheck(
      `${'output of the check\n'.repeat(200)}✖ test ${String.fromCodePoint(97 + (n % 26))}${'`'.repeat(n)}`,
      'long title '.repeat(20),
    ),
  );
  expect(diagnostic({ tasks })?.body.length).toBeLessThan(65_536);
});

test('it says what was recorded of a failure, not what this version would read', () => {
  const { failure, ...task } = failedCheck('✖ adds');
  const diagnosis = {
    ...({ type: 'RESOURCE_ERROR', kind: 'disk-full', missing: null } as const),
    ...{ line: 'as an older version read it', fingerprint: 'check-failed/disk-full-0001' },
  };
  const body = diagnostic({ tasks: [{ ...task, failure: { ...failure, diagnosis } }] })?.body;
  expect(body).toContain('## 1. RESOURCE\\_ERROR (check-failed), task 1');
  expect(body).toContain('- Telling line: `as an older version read it`');
  expect(body).toContain('- Cause: The disk, or a quota on it, is full.');
  expect(body).toContain('- Fingerprint: `check-failed/disk-full-0001`');
});
