import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ended } from '../rig/flotilla.ts';
import { failuresOf, readStatus, refOf, taskOf, type ToldRun } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

/** One task for each way in which an agent can end. */
const ways: readonly (readonly [title: string, script: string])[] = [
  ['Commits itself', 'commit own.txt one; commit own.txt two; git rev-parse HEAD >"$rig/head"'],
  ['Does nothing', 'exit 0'],
  ['Makes an empty commit', 'git commit --quiet --allow-empty --message Nothing'],
  [
    'Leaves its work uncommitted',
    'write left/new.txt; write tracked.txt changed; commit left/some.txt',
  ],
  ['Fails', 'commit half.txt; echo "it went wrong" >&2; exit 3'],
  ['Ends on a branch of its own', 'git checkout --quiet -b elsewhere; commit elsewhere.txt'],
  ['Ends on a history of its own', 'git checkout --quiet --orphan other; commit other.txt'],
  [
    'Leaves a merge with conflicts',
    'git checkout --quiet -b side; commit both.txt one; git checkout --quiet -; commit both.txt two; git merge side; exit 0',
  ],
  ['Prints a lot', 'yes "a line that is said again and again" | head -c 20000000; commit loud.txt'],
  ['Deletes and renames without a commit', 'git rm --quiet tracked.txt; git mv README.md READ.md'],
  ['Commits on the base branch', 'git checkout --quiet main; commit strayed.txt'],
  [
    'Leaves a repository without a commit',
    'git init --quiet nested; write nested/file.txt; write beside.txt',
  ],
  ['Is killed', 'commit killed.txt; kill -KILL $$'],
];

describe('what counts as work', () => {
  let world: World;
  let ended: Ended;
  let run: ToldRun;

  beforeAll(async () => {
    world = await makeWorld({
      issue: ways.map(([title]) => title),
      files: { 'tracked.txt': 'as it was\n' },
    });
    world.script(
      Object.fromEntries(ways.map(([, script], index) => [`agent-${index + 1}`, script])),
    );
    ended = await world.orchestrate('--max-workers', '4');
    run = await readStatus(world);
  }, 60_000);

  afterAll(() => world[Symbol.asyncDispose]());

  function ordinalOf(title: string): number {
    const found = run.tasks.find((task) => task.title === title);
    if (found === undefined) throw new Error(`No task ${title}: ${ended.stdout}`);
    return found.ordinal;
  }

  function filesOf(title: string): string[] {
    const names = world.git(
      'diff',
      '--name-only',
      '--no-renames',
      'main',
      refOf(run, ordinalOf(title)),
    );
    return names.split('\n').filter((name) => name !== '');
  }

  test("an agent's own commits are what is published, as they are", () => {
    const ordinal = ordinalOf('Commits itself');
    expect(world.git('rev-parse', refOf(run, ordinal)).trim()).toBe(world.noted('head'));
    expect(taskOf(run, ordinal)).toMatchObject({ state: 'completed', commits: 2 });
    const authors = world.git('log', '--format=%an <%ae> %cn', `main..${refOf(run, ordinal)}`);
    expect(new Set(authors.trim().split('\n'))).toEqual(
      new Set(['Una User <una@example.invalid> Una User']),
    );
  });

  test('exit code 0 without a commit is a failure', () => {
    const nothing = taskOf(run, ordinalOf('Does nothing'));
    expect(nothing).toMatchObject({
      state: 'failed',
      failure: { reason: 'no-commits', type: 'UNKNOWN' },
    });
    expect(taskOf(run, ordinalOf('Makes an empty commit')).failure?.reason).toBe('no-commits');
  });

  test('leftovers are committed in the name of the user', () => {
    const ordinal = ordinalOf('Leaves its work uncommitted');
    expect(taskOf(run, ordinal)).toMatchObject({ state: 'completed', commits: 2 });
    expect(filesOf('Leaves its work uncommitted')).toEqual([
      'left/new.txt',
      'left/some.txt',
      'tracked.txt',
    ]);
    const last = world.git('log', '-1', '--format=%an <%ae> %cn%n%B', refOf(run, ordinal));
    expect(last).toMatch(
      /^Una User <una@example.invalid> Una User\nLeaves its work uncommitted\n/u,
    );
    expect(last).toContain('Flotilla committed it');
  });

  test('leftovers may be deletions and renames that were staged', () => {
    expect(taskOf(run, ordinalOf('Deletes and renames without a commit')).failure).toBeNull();
    expect(filesOf('Deletes and renames without a commit')).toEqual([
      'READ.md',
      'README.md',
      'tracked.txt',
    ]);
  });

  test('a repository inside the workspace does not keep the rest from being committed', () => {
    expect(taskOf(run, ordinalOf('Leaves a repository without a commit')).failure).toBeNull();
    expect(filesOf('Leaves a repository without a commit')).toContain('beside.txt');
  });

  test('the files of a repository inside the workspace are not deleted with it', () => {
    const found = execFileSync('find', [world.stateHome, '-path', '*/nested/file.txt'], {
      encoding: 'utf8',
    });
    expect(found).toContain('/workspaces/');
  });

  test('an agent that fails has failed, and its last words are reported', () => {
    const { failure } = taskOf(run, ordinalOf('Fails'));
    expect(failure?.reason).toBe('agent-failed');
    expect(failure?.message).toMatch(/code 3.*it went wrong/su);
    const killed = taskOf(run, ordinalOf('Is killed'));
    expect(killed.failure).toMatchObject({
      reason: 'agent-failed',
      message: expect.stringContaining('signal 9'),
    });
  });

  test('work on another branch comes home when it builds on the own one', () => {
    expect(filesOf('Ends on a branch of its own')).toEqual(['elsewhere.txt']);
    expect(taskOf(run, ordinalOf('Ends on a history of its own')).failure?.reason).toBe(
      'agent-failed',
    );
  });

  test('work on the base branch comes home, and no other task starts from it', () => {
    expect(filesOf('Commits on the base branch')).toEqual(['strayed.txt']);
    for (const { ordinal, title, state } of run.tasks) {
      if (state !== 'completed' || title === 'Commits on the base branch') continue;
      expect(world.git('ls-tree', '-r', '--name-only', refOf(run, ordinal))).not.toContain(
        'strayed',
      );
    }
    expect(world.git('rev-parse', 'refs/remotes/flotilla/main')).toBe(
      world.git('rev-parse', 'main'),
    );
  });

  test('a merge with conflicts is a failure that names the files', () => {
    const { failure } = taskOf(run, ordinalOf('Leaves a merge with conflicts'));
    expect(failure).toMatchObject({ reason: 'conflicted', type: 'FILE_CONFLICT' });
    expect(failure?.message).toContain('both.txt');
  });

  test('an agent that prints 20 MB is heard to its end', async () => {
    expect(taskOf(run, ordinalOf('Prints a lot')).state).toBe('completed');
    const raw = await world.flotilla(
      'logs',
      '../issue.md',
      String(ordinalOf('Prints a lot')),
      '--raw',
    );
    expect(raw.stdout.length).toBe(20_000_000);
  });

  test('nothing that is published has failed, and the exit code tells how many did', () => {
    const completed = run.tasks.filter(({ state }) => state === 'completed').length;
    expect(completed).toBe(7);
    expect(ended.code).toBe(2);
    expect(ended.stdout).toContain(`${completed}/${ways.length} agents succeeded`);
    const published = world.git(
      'for-each-ref',
      '--format=%(refname)',
      'refs/remotes/flotilla/feat',
    );
    expect(published.trim().split('\n')).toHaveLength(completed);
    expect(failuresOf(run)[1]).toBeNull();
  });

  test('a failed task can be tried again, wherever its agent had gone', async () => {
    world.script({ 'agent-7': 'git checkout --quiet main; exit 1' });
    await world.orchestrate('--retry', '--tasks', '7');
    world.script({ 'agent-2': 'commit again.txt' });
    const again = await world.orchestrate('--retry', '--tasks', '2');
    expect(again.stderr).toBe('');
    expect(taskOf(await readStatus(world), 2).state).toBe('completed');
  });
});
