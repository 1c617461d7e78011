import { describe, expect, test, vi } from 'vitest';
import { startFlotilla, type Ended } from '../rig/flotilla.ts';
import { greenJob, makeCiWorld, redJob, type CiWorld } from './ci-world.ts';
import { areAllKillsWanted } from '../rig/wanted-kills.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 300_000 });

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

async function makeWorld(onFinished?: CiWorldFinish): Promise<CiWorld> {
  const site = await makeCiWorld({
    titles: ['Add the cart'],
    ...(onFinished === undefined ? {} : { onFinished }),
  });
  site.world.script({ 'agent-1.1': 'commit cart.txt wrong', 'agent-1.2': 'commit cart.txt right' });
  return site;
}

type CiWorldFinish = (cleanUp: () => Promise<void>) => void;

/** What Actions would do: the first head fails, the next one passes, no matter who looks. */
async function runActions({ hub, shop, ended }: CiWorld): Promise<void> {
  await hub.until('pull-opened');
  const number = shop.pulls()[0]?.issue.number ?? 0;
  await ended(number, [redJob('wrong\n')]);
  await hub.until('pull-pushed');
  await ended(number, [greenJob]);
}

function orchestrate({ world }: CiWorld, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const args = ['orchestrate', '1', '--agent', world.agent, '--plain'];
  return startFlotilla({ args, cwd: world.repository, env: { ...world.env, ...env } }).ended;
}

async function expectFixed(site: CiWorld, said: string): Promise<void> {
  const { world, shop, hub } = site;
  expect(world.starts('agent-1'), said).toBe(2);
  expect(shop.pulls()).toHaveLength(1);
  expect(hub.events.filter(({ kind }) => kind === 'pull-pushed')).toHaveLength(1);
  const ref = `flotilla/${shop.pulls()[0]?.head.ref ?? ''}`;
  expect(world.git('show', `${ref}:cart.txt`)).toBe('right\n');
  expect(world.git('rev-list', '--count', `main..${ref}`).trim()).toBe('2');
  expect(shop.comments(1)).toHaveLength(1);
  expect(shop.comments(1)[0]?.body, said).toContain('CI ✓');
}

test.for([
  ['push-done', '2'],
  ['ci-seen', '1'],
  ['task-returned', '1'],
  ['attempt-started', '2'],
  ['task-verified', '2'],
  ['task-completed', '2'],
  ['run-ended', '1'],
] as const)(
  'killed instead of writing %s number %s, the next start doubles nothing',
  async ([type, count]) => {
    await using site = await makeWorld();
    const actions = runActions(site);
    const killed = await orchestrate(site, {
      NODE_OPTIONS: `--import=${dieAtEvent}`,
      DIE_BEFORE_EVENT: `${type} ${count}`,
    });
    expect(killed.code, killed.stdout).toBeNull();
    const again = await orchestrate(site);
    const said = `${killed.stdout}\n--- again\n${again.stdout}${again.stderr}`;
    expect(again.code, said).toBe(0);
    await actions;
    await expectFixed(site, said);
  },
);

/** Events to die at, from where the pull request is open: all of them by `npm run test:kills`, a few otherwise. */
const events = Array.from({ length: 44 }, (_, index) => index + 16).filter(
  (event) => areAllKillsWanted('beyond') || event % 14 === 5,
);

describe.concurrent('a watching orchestrator that is killed right after an event', () => {
  test.for(events)('number %i: the next one goes on', async (event, { onTestFinished }) => {
    await using site = await makeWorld(onTestFinished);
    const actions = runActions(site);
    const killed = await orchestrate(site, {
      NODE_OPTIONS: `--import=${dieAtEvent}`,
      DIE_AT_EVENT: String(event),
    });
    const again = await orchestrate(site);
    const said = `${killed.stdout}\n--- again\n${again.stdout}${again.stderr}`;
    expect(again.code, said).toBe(0);
    await actions;
    await expectFixed(site, said);
  });
});
