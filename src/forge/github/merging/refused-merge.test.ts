import { expect, test } from 'vitest';
import { ForgeError } from '../../../model/forge-problem.ts';
import { refusedMerge } from './refused-merge.ts';

test.for<[number, string, string]>([
  [409, 'Head branch was modified. Review and try the merge again.', 'head-moved'],
  [405, 'Base branch was modified. Review and try the merge again.', 'base-moved'],
  [405, 'Squash merges are not allowed on this repository.', 'method'],
  [405, "This branch can't be rebased", 'method'],
  [405, 'Merge conflict', 'conflict'],
  [405, 'Required status check "build" is expected.', 'not-yet'],
  [
    405,
    'Repository rule violations found\n\nRequired status check "build" is pending.\n\n',
    'not-yet',
  ],
  [405, '2 of 3 required status checks are expected.', 'not-yet'],
  [405, 'Required status check "build" is failing.', 'check-failed'],
  [405, 'At least 1 approving review is required by reviewers with write access.', 'not-approved'],
  [405, 'Waiting on code owner review from ada.', 'not-approved'],
  [405, 'Pull Request is not mergeable', 'not-allowed'],
  [405, 'Commits must have verified signatures.', 'not-allowed'],
])('%i %s: %s', ([status, message, why]) => {
  const refused = refusedMerge(new ForgeError({ kind: 'refused', status, message }));
  expect(refused?.why).toBe(why);
  expect(refused?.message).not.toContain('\n');
});

test('what is no refusal is not taken for one', () => {
  const offline = { kind: 'timed-out', host: 'github.com' } as const;
  expect(refusedMerge(new ForgeError(offline))).toBeNull();
  expect(refusedMerge(new Error('a bug'))).toBeNull();
});
