import { expect, test } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

type Shown = {
  readonly issue: { readonly ref: string };
  readonly findings: readonly { readonly kind: string }[];
  readonly tasks: readonly { readonly ordinal: number; readonly title: string }[];
};

function withoutMachine(shown: Shown): Shown {
  return { ...shown, findings: shown.findings.filter(({ kind }) => kind !== 'resources') };
}

test('a sub-issue is rehearsed as it is retried: as one task of its master issue, or as done', async () => {
  await using world = await makeWorld({
    issue: ['Write `one.txt`', 'Write `two.txt`', 'Write `three.txt`'],
  });
  world.script({ 'agent-2': 'exit 1' });
  const run = await world.orchestrate('--check', 'true', '--success-threshold', '90');
  expect(run.code, run.stdout).toBe(2);
  const before = await readStatus(world);
  // The master issue is the first of the local forge, and each task's sub-issue comes next.
  const dry = async (issue: string, ...flags: readonly string[]): Promise<Shown> => {
    const shown = await world.flotilla('orchestrate', issue, '--dry-run', '--json', ...flags);
    expect(shown.code, shown.stderr).toBe(0);
    return JSON.parse(shown.stdout) as Shown;
  };
  const failed = await dry('3');
  expect(failed).toMatchObject({
    issue: { ref: 'local#1' },
    tasks: [{ ordinal: 2, title: 'Write two.txt' }],
  });
  // How much memory is free is another matter from one moment to the next.
  expect(withoutMachine(await dry('local#3', '--retry'))).toEqual(withoutMachine(failed));
  expect((await dry('2')).tasks).toEqual([]);

  const done =
    /^Nothing to do: task 1, Write one\.txt, has succeeded\. Its pull request #\d+ is open/u;
  for (const flag of ['--retry', '--dry-run']) {
    const ended = await world.flotilla('orchestrate', '2', flag);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(done);
    expect(ended.stdout.trim().split('\n')).toHaveLength(1);
  }
  expect((await readStatus(world)).tasks).toEqual(before.tasks);
  expect([1, 2, 3].map((task) => world.starts(`agent-${task}`))).toEqual([1, 1, 1]);

  const other = await world.flotilla('orchestrate', '99', '--dry-run');
  expect(other.stderr).toContain('local#99');
}, 120_000);
