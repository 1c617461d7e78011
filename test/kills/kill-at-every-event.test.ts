import { describe, expect, test } from 'vitest';
import { countEvents } from '../rig/count-events.ts';
import { endState, expectFilesTrue, orchestrate, threeTasks } from '../rig/three-tasks.ts';
import { areAllKillsWanted } from '../rig/wanted-kills.ts';

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

async function undisturbed(): Promise<{ state: object; events: number }> {
  await using world = await threeTasks();
  const { code, stdout, stderr } = await orchestrate(world);
  expect(code, `${stdout}${stderr}`).toBe(0);
  return { state: await endState(world), events: countEvents(world) };
}

const reference = await undisturbed();

/** Events to die at: all of them by `npm run test:kills`, a sample otherwise. */
function eventsToDieAt(): number[] {
  const all = Array.from({ length: reference.events }, (_, index) => index + 1);
  return areAllKillsWanted('runs') ? all : all.filter((event) => event % 11 === 4);
}

describe.concurrent('an orchestrator that is killed right after an event', () => {
  test.for(eventsToDieAt())(
    'number %i: the next one ends as if nothing had happened',
    async (event, { onTestFinished }) => {
      await using world = await threeTasks(onTestFinished);
      const killed = await orchestrate(world, {
        NODE_OPTIONS: `--import=${dieAtEvent}`,
        DIE_AT_EVENT: String(event),
      });
      // Events come a little more or less often with the machine's speed: past the last one, nothing is killed.
      if (event < reference.events - 6) expect(killed.code, killed.stdout).toBeNull();
      const again = await orchestrate(world);
      expect(again.code, `${killed.stdout}\n--- again\n${again.stdout}${again.stderr}`).toBe(0);
      expect(await endState(world), `${killed.stdout}\n--- again\n${again.stdout}`).toEqual(
        reference.state,
      );
      await expectFilesTrue(world);
    },
  );
});
