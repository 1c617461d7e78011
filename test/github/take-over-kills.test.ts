import { describe, expect, test } from 'vitest';
import { countEvents } from '../rig/count-events.ts';
import { startFlotilla, type Ended } from '../rig/flotilla.ts';
import { areAllKillsWanted } from '../rig/wanted-kills.ts';
import type { GitHubWorld } from './github-world.ts';
import { branchOf, makePublishedWorld, type PublishedTask } from './published-world.ts';

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

const tasks: readonly PublishedTask[] = [
  { title: 'Add green', files: { 'green.txt': 'x' }, pull: 'open' },
  { title: 'Add red', files: { 'broken.txt': 'x' }, pull: 'open' },
  { title: 'Add merged', files: { 'merged.txt': 'x' }, pull: 'merged' },
  { title: 'Add unopened', files: { 'unopened.txt': 'x' }, pull: 'none' },
];

async function makeWorld(onFinished: (cleanUp: () => Promise<void>) => void): Promise<GitHubWorld> {
  const site = await makePublishedWorld(tasks, { onFinished });
  site.world.script({ 'agent-2': 'git rm -q broken.txt; commit whole.txt' });
  return site;
}

function orchestrate({ world }: GitHubWorld, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const check = ['--check', 'test ! -e broken.txt'];
  return startFlotilla({
    args: ['orchestrate', '1', '--agent', world.agent, '--plain', ...check],
    cwd: world.repository,
    env: { ...world.env, ...env },
  }).ended;
}

/** What there is in the end, but for commits that bear the time of their making. */
async function stateOf({ shop, world }: GitHubWorld): Promise<object> {
  const red = branchOf(2, 'Add red');
  const branches = await shop.branches();
  return {
    issues: shop.issues().map(({ title, state, body }) => [title, state, body]),
    pulls: shop.pulls().map(({ issue, head }) => [issue.number, issue.title, head.ref]),
    branches: [...branches.keys()].toSorted(),
    commits: world.git('rev-list', '--count', `main..flotilla/${red}`).trim(),
    starts: tasks.map((_, index) => world.starts(`agent-${index + 1}`)),
    comments: shop.comments(1).map(({ body }) => body.includes('4 of 4 tasks done')),
  };
}

async function undisturbed(): Promise<{ state: object; events: number }> {
  await using site = await makeWorld(() => undefined);
  const { code, stdout, stderr } = await orchestrate(site);
  expect(code, stdout + stderr).toBe(0);
  const state = await stateOf(site);
  expect(state).toMatchObject({ starts: [0, 1, 0, 0], commits: '2', comments: [true] });
  return { state, events: countEvents(site.world) };
}

const reference = await undisturbed();

/** Moments to die at: after any event by `npm run test:kills`, and after or instead of a few otherwise. */
const moments: readonly (readonly [string, string])[] = [
  ...Array.from({ length: reference.events }, (_, index) => index + 1)
    .filter((event) => areAllKillsWanted('beyond') || event % 20 === 4)
    .map((event) => ['DIE_AT_EVENT', String(event)] as const),
  ...['work-found 2', 'conclusion-done', 'push-done', 'pull-request-done']
    .filter((type) => areAllKillsWanted('beyond') || type.startsWith('work-found'))
    .map((type) => ['DIE_BEFORE_EVENT', type] as const),
];

describe.concurrent('an orchestrator that takes over what is published, and is killed', () => {
  test.for(moments)(
    '%s %s: the next one doubles nothing, and pays nobody twice',
    { timeout: 300_000 },
    async ([variable, moment], { onTestFinished }) => {
      await using site = await makeWorld(onTestFinished);
      const dying = { NODE_OPTIONS: `--import=${dieAtEvent}`, [variable]: moment };
      const killed = await orchestrate(site, dying);
      const mayEnd = Number(moment) >= reference.events - 6;
      if (!mayEnd) expect(killed.code, killed.stdout).toBeNull();
      const again = await orchestrate(site);
      const said = `${killed.stdout}\n--- again\n${again.stdout}${again.stderr}`;
      expect(again.code, said).toBe(0);
      expect(await stateOf(site), said).toEqual(reference.state);
    },
  );
});
