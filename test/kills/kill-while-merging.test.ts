import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countEvents, stateOf } from '../rig/count-events.ts';
import { fivePullRequests, told } from '../rig/five-pull-requests.ts';
import { startFlotilla, type Ended } from '../rig/flotilla.ts';
import { readStatus } from '../rig/status.ts';
import type { World } from '../rig/world.ts';
import { areAllKillsWanted } from '../rig/wanted-kills.ts';

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

/** Two that conflict in text and two in meaning; one agent commits what it fixes, and one leaves that to us. */
async function world(onFinished?: (cleanUp: () => Promise<void>) => void): Promise<World> {
  const made = await fivePullRequests(
    ['One', 'Two', 'Three', 'Four'],
    onFinished === undefined ? {} : { onFinished },
  );
  made.script({
    'agent-2.2': 'sleep 0.4; printf "one\\ntwo\\n" >shared.txt',
    'agent-4.2': 'sleep 0.4; commit needs/second new',
  });
  return made;
}

function merge(made: World, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const args = ['merge', 'local#1', '--yes', '--json'];
  return startFlotilla({ args, cwd: made.repository, env: { ...made.env, ...env } }).ended;
}

async function endState(made: World): Promise<object> {
  return {
    states: (await readStatus(made)).tasks.map(({ state }) => state),
    tree: made.git('rev-parse', 'flotilla/main^{tree}'),
    // Pull requests get their numbers in the order in which tasks end.
    subjects: made.git('log', '--format=%s', 'main..flotilla/main').replaceAll(/#\d+/gu, '#N'),
    starts: [1, 2, 3, 4].map((task) => made.starts(`agent-${task}`)),
    workspaces: readdirSync(join(stateOf(made), 'workspaces')),
  };
}

async function undisturbed(): Promise<{ state: object; events: number }> {
  await using made = await world();
  const before = countEvents(made);
  const { code, stdout, stderr } = await merge(made);
  expect(code, `${stdout}${stderr}`).toBe(0);
  expect(told(stdout).merged).toEqual([1, 2, 3, 4]);
  return { state: await endState(made), events: countEvents(made) - before };
}

const reference = await undisturbed();

/** Events to die at: all of them by `npm run test:kills`, a sample otherwise. */
function eventsToDieAt(): number[] {
  const all = Array.from({ length: reference.events }, (_, index) => index + 1);
  return areAllKillsWanted('beyond') ? all : all.filter((event) => event % 9 === 6);
}

describe.concurrent('a merge that is killed right after an event', () => {
  test.for(eventsToDieAt())(
    'number %i: the next one ends as if nothing had happened, and no agent is asked twice',
    { timeout: 240_000 },
    async (event, { onTestFinished }) => {
      await using made = await world(onTestFinished);
      const killed = await merge(made, {
        NODE_OPTIONS: `--import=${dieAtEvent}`,
        DIE_AT_EVENT: String(event),
      });
      // Events come a little more or less often with the machine's speed: past the last one, nothing is killed.
      if (event < reference.events - 6) expect(killed.code, killed.stdout).toBeNull();
      const again = await merge(made);
      expect(again.code, `${again.stdout}${again.stderr}`).toBe(0);
      expect(await endState(made), again.stdout).toEqual(reference.state);
    },
  );
});
