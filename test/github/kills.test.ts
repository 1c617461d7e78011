import { describe, expect, test } from 'vitest';
import { startFlotilla, type Ended } from '../rig/flotilla.ts';
import { countEvents } from '../rig/count-events.ts';
import { makeGitHubWorld, masterBody, publishedState, type GitHubWorld } from './github-world.ts';
import { areAllKillsWanted } from '../rig/wanted-kills.ts';

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;
const titles = ['Add the cart model', 'Add the cart API'];

function orchestrate({ world }: GitHubWorld, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return startFlotilla({
    args: ['orchestrate', '1', '--agent', world.agent, '--plain'],
    cwd: world.repository,
    env: { ...world.env, ...env },
  }).ended;
}

async function undisturbed(): Promise<{ state: object; events: number }> {
  await using site = await makeGitHubWorld({ onFinished: () => undefined });
  site.shop.issue({ title: 'Build the cart', body: masterBody(titles) });
  const { code, stdout, stderr } = await orchestrate(site);
  expect(code, stdout + stderr).toBe(0);
  return { state: await publishedState(site.shop, 1), events: countEvents(site.world) };
}

const reference = await undisturbed();

/** Events to die at: all of them by `npm run test:kills`, a sample otherwise. */
function eventsToDieAt(): number[] {
  const all = Array.from({ length: reference.events }, (_, index) => index + 1);
  return areAllKillsWanted('beyond') ? all : all.filter((event) => event % 6 === 3);
}

describe.concurrent('an orchestrator on GitHub that is killed right after an event', () => {
  test.for(eventsToDieAt())(
    'number %i: the next one doubles nothing',
    { timeout: 300_000 },
    async (event, { onTestFinished }) => {
      await using site = await makeGitHubWorld({ onFinished: onTestFinished });
      site.shop.issue({ title: 'Build the cart', body: masterBody(titles) });
      const killed = await orchestrate(site, {
        NODE_OPTIONS: `--import=${dieAtEvent}`,
        DIE_AT_EVENT: String(event),
      });
      if (event < reference.events - 6) expect(killed.code, killed.stdout).toBeNull();
      const again = await orchestrate(site);
      const said = `${killed.stdout}\n--- again\n${again.stdout}${again.stderr}`;
      expect(again.code, said).toBe(0);
      expect(await publishedState(site.shop, 1), said).toEqual(reference.state);
      expect(titles.map((_, index) => site.world.starts(`agent-${index + 1}`))).toEqual([1, 1]);
    },
  );
});
