import { expect, test } from 'vitest';
import { openKnownIssues, type KnownIssues } from './known-issues.ts';
import type { FoundIssue } from './read-issue.ts';

const key = (run: string, task: number): string => `flotilla:sub-issue:${run}:${task}`;

function issue(number: number, mark: string | null, title = 'Add tests'): FoundIssue {
  const body = mark === null ? 'My words.' : `Ours.\n\n<!-- ${mark} -->\n`;
  return { number, id: number * 1_000, title: `[Master #1] ${title}`, body } as FoundIssue;
}

/** What is known where these are the sub-issues, open all of them. Nothing is asked of anybody. */
function knownOf(...issues: readonly FoundIssue[]): KnownIssues {
  const subIssues = issues.map((each) => ({ ...each, state: 'open' as const }));
  const nobody = null as never;
  return openKnownIssues({
    ...{ client: nobody, repository: nobody, label: 'ours' },
    ...{ subIssues, referenced: [] },
  });
}

const title = '[Master #1] Add tests';

test("an earlier run's sub-issue is known in another place of the list, by its title", () => {
  const known = knownOf(issue(2, key('old', 1)));
  expect(known.byTask(title, key('new', 3))?.number).toBe(2);
  expect(known.byTask('[Master #1] Add more', key('new', 4))).toBeNull();
});

test('two tasks of one title never get one sub-issue', () => {
  const earlier = knownOf(issue(2, key('old', 1)), issue(3, key('old', 2)));
  expect(earlier.byTask(title, key('new', 1))?.number).toBe(2);
  expect(earlier.byTask(title, key('new', 2))?.number).toBe(3);
  const onlyOne = knownOf(issue(2, key('old', 1)));
  expect(onlyOne.byTask(title, key('new', 1))?.number).toBe(2);
  expect(onlyOne.byTask(title, key('new', 2))).toBeNull();
  // The same run made one, died, and goes on.
  const resumed = knownOf(issue(2, key('new', 1)));
  expect(resumed.byTask(title, key('new', 2))).toBeNull();
});

test('where several tasks have one title, nothing but the place in the list tells them apart', () => {
  const known = knownOf(issue(2, key('old', 1)), issue(3, null));
  const standIns = (task: number, isTitleEnough: boolean): number[] =>
    known.standIns(title, key('new', task), { isTitleEnough }).map(({ number }) => number);
  expect(standIns(1, false)).toEqual([2]);
  expect(standIns(2, false)).toEqual([]);
  expect(standIns(2, true)).toEqual([3, 2]);
});
