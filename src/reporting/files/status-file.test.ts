import { expect, test } from 'vitest';
import { sampleEvents, type SampleTask } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { renderStatusFile } from './status-file.ts';

function statusOf(task: SampleTask) {
  const state = foldRun(sampleEvents({ tasks: [task], ended: null })) as RunState;
  return JSON.parse(renderStatusFile(state, state.tasks[0]!));
}

test('a completed task has every field of schema 1.0', () => {
  expect(statusOf({ outcome: 'completed' })).toEqual({
    schema_version: '1.0',
    agent_id: 'agent-1',
    sub_issue: 101,
    status: 'completed',
    start_time: '2026-03-02T12:00:11.000Z',
    last_update: '2026-03-02T12:01:11.000Z',
    completion_time: '2026-03-02T12:01:11.000Z',
    pr_number: 201,
    branch_name: 'feat/issue-1-part',
    error: null,
    progress_percentage: 100,
    current_stage: 'implementation',
    metadata: {
      working_dir: '/ws/1',
      model: 'opus',
      timeout: 1800,
      retry_count: 0,
      agent: 'claude',
      session: 's-1',
      cost_usd: 0.25,
      commits: 1,
    },
  });
});

test.each([
  ['queued', 'pending', null],
  ['running', 'in_progress', null],
  ['failed', 'failed', 'TEST_FAILURE: npm test ended with exit code 1'],
  ['cancelled', 'failed', 'UNKNOWN: cancelled'],
] as const)('a %s task is %s to readers of the file', (outcome, status, error) => {
  expect(statusOf({ outcome })).toMatchObject({ status, error });
});

test('a task that has not begun has nulls and no retries', () => {
  expect(statusOf({ outcome: 'queued' })).toMatchObject({
    sub_issue: null,
    start_time: null,
    completion_time: null,
    pr_number: null,
    branch_name: null,
    metadata: { working_dir: null, retry_count: 0, cost_usd: null },
  });
});
