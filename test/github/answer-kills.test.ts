import { describe, expect, test, vi } from 'vitest';
import { startFlotilla, type Ended } from '../rig/flotilla.ts';
import { areAllKillsWanted } from '../rig/wanted-kills.ts';
import { asks, makeAskingWorld, type AskingWorld } from './comment-answers.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 300_000 });

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;
const titles = ['Choose a colour', 'Choose a shape'];

async function makeWorld(
  onFinished?: (cleanUp: () => Promise<void>) => void,
): Promise<AskingWorld> {
  const site = await makeAskingWorld({
    titles,
    ...(onFinished === undefined ? {} : { onFinished }),
  });
  site.world.script({
    'agent-1': asks('Which colour?'),
    'agent-2': asks('Which shape?', 'shape.txt'),
  });
  return site;
}

function orchestrate({ world, master }: AskingWorld, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const args = ['orchestrate', String(master), '--agent', world.agent, '--plain', '--force'];
  return startFlotilla({
    args: [...args, '--check', 'true', '--max-workers', '1'],
    cwd: world.repository,
    env: { ...world.env, ...env },
  }).ended;
}

/** Waits until both questions are shown; gives the numbers of those about the colour and the shape. */
async function bothShown({ comment, master }: AskingWorld): Promise<readonly [number, number]> {
  const { body } = await comment(master, (shown) => shown.body.includes('Question 2 (task'));
  return body.includes('Question 1 (task 1)') ? [1, 2] : [2, 1];
}

/** What people do, no matter who reads it, and when. */
async function answerByComments(site: AskingWorld): Promise<void> {
  const { shop, master, comment } = site;
  const [colour, shape] = await bothShown(site);
  shop.comment(master, `/answer ${colour} red`, 'ann');
  shop.comment(master, `/answer ${colour} green`, 'bob');
  shop.comment(master, `/answer ${shape} evil`, 'eve');
  for (const words of ['already answered by `ann`', 'Only people who may write'])
    await comment(master, ({ body }) => body.includes(words));
  shop.comment(master, `/answer ${shape} a circle`, 'bob');
}

async function expectAnswered(site: AskingWorld, env: NodeJS.ProcessEnv): Promise<void> {
  const answering = answerByComments(site);
  const killed = await orchestrate(site, { NODE_OPTIONS: `--import=${dieAtEvent}`, ...env });
  const again = killed.code === null ? await orchestrate(site) : killed;
  const said = `${killed.stdout}\n--- again\n${again.stdout}${again.stderr}`;
  expect(again.code, said).toBe(0);
  await answering;
  const { world, shop, master } = site;
  expect([world.starts('agent-1'), world.starts('agent-2')], said).toEqual([1, 1]);
  expect(site.published('Choose a colour', 'colour.txt')).toBe('red\nexit 0\n');
  expect(site.published('Choose a shape', 'shape.txt')).toBe('a circle\nexit 0\n');
  const ours = shop.comments(master).filter(({ author }) => author.login === 'una');
  // The comment with the table, and two replies.
  expect(
    ours.map(({ body }) => body.split('\n')[0]),
    said,
  ).toHaveLength(3);
}

/** By default, those around what is taken and what is said. */
const deaths = [
  { DIE_BEFORE_EVENT: 'question-answered 1' },
  { DIE_AFTER_EVENT: 'question-answered' },
  { DIE_AFTER_EVENT: 'reply-intended' },
  { DIE_BEFORE_EVENT: 'reply-done 1' },
  ...(areAllKillsWanted('beyond')
    ? [
        { DIE_AFTER_EVENT: 'question-asked' },
        { DIE_BEFORE_EVENT: 'reply-intended 1' },
        { DIE_BEFORE_EVENT: 'reply-done 2' },
        { DIE_BEFORE_EVENT: 'question-answered 2' },
      ]
    : []),
];

test.for(deaths)('killed at %j, each comment is taken and replied to once', async (env) => {
  await using site = await makeWorld();
  await expectAnswered(site, env);
});

/** Events to die at, from where agents start to the end: all of them by `npm run test:kills`, a few otherwise. */
const events = Array.from({ length: 60 }, (_, index) => index + 10).filter(
  (event) => areAllKillsWanted('beyond') || event % 25 === 13,
);

describe.concurrent('an orchestrator that hears answers and is killed right after an event', () => {
  test.for(events)('number %i: the next one goes on', async (event, { onTestFinished }) => {
    await using site = await makeWorld(onTestFinished);
    await expectAnswered(site, { DIE_AT_EVENT: String(event) });
  });
});

test('an answer that is given while nobody is there is found by the next start, as the first one', async () => {
  await using site = await makeWorld();
  const { world, shop, master } = site;
  const running = site.begin();
  const [colour, shape] = await Promise.race([bothShown(site), failing(running.ended)]);
  running.signal('SIGKILL');
  await running.ended;
  shop.comment(master, `/answer ${colour} red`, 'ann');
  shop.comment(master, `/answer ${shape} a circle`, 'bob');
  shop.comment(master, `/answer ${colour} green`, 'bob');
  const { code, stdout, stderr } = await orchestrate(site);
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toContain(`question ${colour} is answered by ann: red`);
  expect([world.starts('agent-1'), world.starts('agent-2')]).toEqual([1, 1]);
  expect(site.published('Choose a colour', 'colour.txt')).toBe('red\nexit 0\n');
  const replies = shop.comments(master).filter(({ body }) => body.includes('flotilla:reply'));
  expect(replies).toHaveLength(1);
});

async function failing(ended: Promise<Ended>): Promise<never> {
  const { stdout, stderr } = await ended;
  throw new Error(`It ended before what the test waits for:\n${stdout}\n${stderr}`);
}
