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

/** Events to die at: all of them by `npm run test:kills`, a few otherwise. */
const events = Array.from({ length: reference.events }, (_, index) => index + 1).filter(
  (event) => areAllKillsWanted('runs') || event % 15 === 4,
);

describe.concurrent('an orchestrator that takes over what is published, killed right after an event', () => {
  test.for(events)(
    'number %i: the next one doubles nothing, and pays nobody twice',
    { timeout: 300_000 },
    async (event, { onTestFinished }) => {
      await using site = await makeWorld(onTestFinished);
      const killed = await orchestrate(site, {
        NODE_OPTIONS: `--import=${dieAtEvent}`,
        DIE_AT_EVENT: String(event),
      });
      if (event < reference.events - 6) expect(killed.code, killed.stdout).toBeNull();
      const again = await orchestrate(site);
      const said = `${killed.stdout}\n--- again\n${again.stdout}${again.stderr}`;
      expect(again.code, said).toBe(0);
      expect(await stateOf(site), said).toEqual(reference.state);
    },
  );
});
