import { expect, test } from 'vitest';
import { judgeWorkspace, type WorkspaceFacts } from './clean-candidate.ts';

const completed: WorkspaceFacts = {
  owner: { run: 'orch-local-1-20260101-1200', task: 1 },
  status: 'completed',
  isCurrent: true,
  pushedAs: 'feat/issue-2',
  isRunBusy: false,
  user: null,
  innerRepository: null,
};

const orphan: WorkspaceFacts = {
  ...completed,
  owner: null,
  status: null,
  isCurrent: false,
  pushedAs: null,
};

test('what served its purpose, or belongs to nobody, may go now', () => {
  expect(judgeWorkspace(completed)).toMatchObject({
    when: 'now',
    why: expect.stringContaining('feat/issue-2'),
  });
  expect(judgeWorkspace({ ...completed, status: 'merged' }).when).toBe('now');
  expect(judgeWorkspace(orphan).when).toBe('now');
  expect(judgeWorkspace({ ...orphan, owner: { run: 'orch-1', task: 'base' } }).when).toBe('now');
});

test('work that was pushed nowhere goes to a salvage ref, and people see it', () => {
  for (const facts of [
    { ...completed, pushedAs: null },
    orphan,
    { ...completed, isCurrent: false },
  ])
    expect(judgeWorkspace(facts).why).toContain('salvage ref first');
});

test.each(['failed', 'cancelled', 'blocked', 'queued', 'running'] as const)(
  'the workspace of a task that is %s goes only on request',
  (status) => {
    expect(judgeWorkspace({ ...completed, status })).toMatchObject({
      when: 'all',
      why: expect.stringContaining(
        status === 'running' || status === 'queued' ? 'not done' : status,
      ),
    });
  },
);

test('a task that left the issue keeps its workspace until it is asked for', () => {
  expect(judgeWorkspace({ ...completed, status: null }).when).toBe('all');
});

test.each([
  ['a process uses it', { user: 4711 }, 'in use by process 4711'],
  ['its run is being worked on', { isRunBusy: true }, 'its run is being worked on'],
  ['it holds a repository of its own', { innerRepository: 'vendor/x/' }, 'vendor/x/'],
] as const)('nothing is removed while %s', (_what, change, why) => {
  for (const facts of [completed, orphan])
    expect(judgeWorkspace({ ...facts, ...change })).toMatchObject({
      when: 'never',
      why: expect.stringContaining(why),
    });
});
