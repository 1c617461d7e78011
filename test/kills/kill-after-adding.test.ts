import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countEvents } from '../rig/count-events.ts';
import { startFlotilla, type Ended } from '../rig/flotilla.ts';
import { endState, expectFilesTrue, threeTasks } from '../rig/three-tasks.ts';
import { areAllKillsWanted } from '../rig/wanted-kills.ts';
import { issueOf, type World } from '../rig/world.ts';

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

const four = ['Commit something', 'Fail the check first', 'Leave work uncommitted'];

async function world(onFinished?: (cleanUp: () => Promise<void>) => void): Promise<World> {
  const made = await threeTasks(onFinished);
  made.script({ 'agent-4': 'cat one.txt >four.txt; git add four.txt; git commit -qm Four' });
  return made;
}

function begin(made: World, env: NodeJS.ProcessEnv = {}) {
  const args = [
    ...['orchestrate', '../issue.md', '--agent', made.agent, '--plain', '--force'],
    ...['--check', 'sh check.sh', '--max-workers', '3', '--merge', 'verified'],
  ];
  return startFlotilla({ args, cwd: made.repository, env: { ...made.env, ...env } });
}

/** Adds a task once agents work, or once nobody does any more. */
async function addMeanwhile(made: World, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const running = begin(made, env);
  await running.printed('● agent').catch(() => undefined);
  writeFileSync(
    join(made.root, 'issue.md'),
    issueOf([...four, 'Read what is committed, after task 1']),
  );
  const added = await made.flotilla('add', '../issue.md', '--force');
  // A run that died before it had a plan plans all at its next start.
  expect([0, 9], added.stderr).toContain(added.code);
  return running.ended;
}

async function wholeEnd(made: World): Promise<object> {
  // In which order what is verified merges is another matter each time.
  const [trees, pulls, subjects] = [null, null, null];
  return {
    ...{ ...(await endState(made)), trees, pulls, subjects },
    starts: [1, 2, 3, 4].map((task) => made.starts(`agent-${task}`)),
    tree: made.git('rev-parse', 'flotilla/main^{tree}'),
  };
}

const reference = await (async () => {
  await using made = await world();
  const { code, stdout, stderr } = await addMeanwhile(made);
  expect(code, `${stdout}${stderr}`).toBe(0);
  expect(stdout).toContain('added task 4 (Read what is committed, after task 1)');
  return { state: await wholeEnd(made), events: countEvents(made) };
})();

function eventsToDieAt(): number[] {
  const all = Array.from({ length: reference.events }, (_, index) => index + 1);
  return areAllKillsWanted('runs') ? all : all.filter((event) => event % 23 === 8);
}

describe.concurrent('a run that a task is added to, killed right after an event', () => {
  test.for(eventsToDieAt())(
    'number %i: the next start ends as if nothing had happened',
    { timeout: 240_000 },
    async (event, { onTestFinished }) => {
      await using made = await world(onTestFinished);
      const killed = await addMeanwhile(made, {
        NODE_OPTIONS: `--import=${dieAtEvent}`,
        DIE_AT_EVENT: String(event),
      });
      const again = await begin(made).ended;
      const told = `${killed.stdout}\n--- again\n${again.stdout}${again.stderr}`;
      expect(again.code, told).toBe(0);
      expect(await wholeEnd(made), told).toEqual(reference.state);
      await expectFilesTrue(made);
    },
  );
});
