import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startFlotilla, type Ended } from './flotilla.ts';
import { readStatus } from './status.ts';
import { makeWorld, type World } from './world.ts';

/** Three tasks: one commits, one fails its check first and fixes it, one leaves its work uncommitted. */
export async function threeTasks(
  onFinished?: (cleanUp: () => Promise<void>) => void,
): Promise<World> {
  const world = await makeWorld({
    ...(onFinished === undefined ? {} : { onFinished }),
    issue: ['Commit something', 'Fail the check first', 'Leave work uncommitted'],
    files: { 'check.sh': 'test ! -e broken\n' },
  });
  world.script({
    'agent-1': 'sleep 0.6\ncommit one.txt\ncommit one-more.txt',
    'agent-2.1': 'commit two.txt\ncommit broken',
    'agent-2.2': 'sleep 0.6\ngit rm --quiet broken\ngit commit --quiet --message "Fix it"',
    'agent-3': 'write three.txt\nwrite deep/three.txt',
  });
  return world;
}

/** Runs the three tasks, or goes on with them. */
export function orchestrate(world: World, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const args = [
    'orchestrate',
    '../issue.md',
    '--agent',
    world.agent,
    '--plain',
    '--force',
    '--check',
    'sh check.sh',
    '--max-workers',
    '2',
  ];
  return startFlotilla({ args, cwd: world.repository, env: { ...world.env, ...env } }).ended;
}

/** What must be the same however often the orchestrator was killed. */
export async function endState(world: World): Promise<object> {
  const status = await readStatus(world);
  const [state = ''] = readdirSync(join(world.stateHome, 'flotilla')).filter(
    (name) => !name.startsWith('holds'),
  );
  const place = join(world.stateHome, 'flotilla', state);
  const branches = status.tasks.map(({ branch }) => `refs/remotes/flotilla/${branch}`);
  return {
    run: status.state,
    tasks: status.tasks.map(({ title, state: word, failure }) => ({ title, word, failure })),
    subjects: branches.map((branch) => world.git('log', '--format=%s', `main..${branch}`)),
    trees: branches.map((branch) => world.git('rev-parse', `${branch}^{tree}`)),
    starts: [1, 2, 3].map((task) => world.starts(`agent-${task}`)),
    issues: recordsIn(join(place, 'forge', 'issues')),
    pulls: recordsIn(join(place, 'forge', 'pulls')),
    workspaces: existsSync(join(place, 'workspaces')) ? readdirSync(join(place, 'workspaces')) : [],
    worktrees: existsSync(join(place, 'clone.git', 'worktrees'))
      ? readdirSync(join(place, 'clone.git', 'worktrees'))
      : [],
    userStatus: world.git('status', '--porcelain'),
  };
}

/** Issues or pull requests as people read them, without what is another in every run: ids, times, the order of ending. */
function recordsIn(folder: string): string[] {
  // A draft that its killed writer left is no record: nothing reads it.
  const names = readdirSync(folder).filter((name) => /^\d+\.md$/u.test(name));
  const texts = names.map((name) => readFileSync(join(folder, name), 'utf8'));
  return texts
    .map((text) =>
      text
        .replaceAll(/orch-local-1-\d+-\d+/gu, 'RUN')
        .replaceAll(/^(number): \d+$/gmu, '$1: N')
        .replaceAll(/"durationMs":\d+/gu, '"durationMs":N')
        .replaceAll(/\b\d+\.\d s\b/gu, 'N s')
        .replaceAll(/\b[0-9a-f]{9,40}\b/gu, 'SHA')
        .replaceAll(/world-of-\w+|flotilla-tests-\w+/gu, 'PLACE'),
    )
    .toSorted();
}

/** The runtime files as they stand, and as the journal alone makes them. */
export async function expectFilesTrue(world: World): Promise<void> {
  const folder = join(world.repository, '.claude', 'runtime', 'parallel', 'local-1');
  const read = (): string[] =>
    readdirSync(folder)
      .toSorted()
      .map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`);
  const before = read();
  await startFlotilla({ args: ['rebuild'], cwd: world.repository, env: world.env }).ended;
  expect(before).toEqual(read());
}
