import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { dice, type Dice } from '../rig/dice.ts';
import { hasTerminals, openTerminal, type InTerminal } from '../rig/terminal.ts';
import { asks, makeAskingWorld, type AskingWorld } from './comment-answers.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 300_000 });

const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const titles = ['Choose one', 'Choose two', 'Choose three', 'Choose four', 'Choose five'];
const agents = titles.map((_, index) => index + 1);

/** From where somebody answers. */
type Place = 'command' | 'client' | 'comment' | 'view';

type Asked = { readonly id: number; readonly task: number };

type Told = {
  readonly questions: readonly Asked[];
  readonly tasks: readonly { readonly ordinal: number; readonly title: string }[];
};

async function makeFive(): Promise<AskingWorld> {
  const site = await makeAskingWorld({ titles });
  const lines = agents.map((task) => [
    `agent-${task}`,
    asks(`What of task ${task}?`, `answer-${task}.txt`),
  ]);
  site.world.script(Object.fromEntries(lines) as Record<string, string>);
  return site;
}

/** One agent at a time: those that wait for an answer lend their place. */
function orchestrate({ world, master }: AskingWorld): InTerminal {
  const args = [
    'orchestrate',
    String(master),
    '--agent',
    world.agent,
    '--force',
    '--check',
    'true',
  ];
  return openTerminal(world, { args: [...args, '--max-workers', '1'], columns: 140, rows: 50 });
}

async function allAsked(site: AskingWorld): Promise<Told> {
  await site.comment(site.master, ({ body }) => body.includes('Question 5 (task'));
  return JSON.parse((await site.start('status', '--json').ended).stdout) as Told;
}

function shuffled<T>(list: readonly T[], chance: Dice): T[] {
  const rest = [...list];
  return list.map(() => rest.splice(chance.below(rest.length), 1)[0]!);
}

function textFor(task: number): string {
  return `answer ${task} – größer`;
}

async function answer(
  { site, view }: { readonly site: AskingWorld; readonly view: InTerminal },
  { id, task }: Asked,
  from: Place,
): Promise<void> {
  const { master, shop } = site;
  const text = textFor(task);
  switch (from) {
    case 'command': {
      const said = await site.start('answer', String(master), String(id), text).ended;
      expect(said.code, said.stderr).toBe(0);
      break;
    }
    case 'client':
      await answerAsClient(site, { issue: String(master), question: id, text });
      break;
    case 'comment':
      shop.comment(master, `/answer ${id} ${text}`, 'ann');
      await expect.poll(() => openIds(site), { timeout: 60_000 }).not.toContain(id);
      break;
    case 'view': {
      const opened = view.showsNext(`(question ${id}`);
      view.type('a');
      await opened;
      const taken = view.showsNext(`Question ${id} is answered`);
      view.type(`${text}\r`);
      await taken;
      break;
    }
  }
}

async function answerAsClient({ world }: AskingWorld, input: Record<string, unknown>) {
  const client = new Client({ name: 'test', version: '1' });
  const known = Object.entries(world.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  await client.connect(
    new StdioClientTransport({
      ...{ command: process.execPath, args: [main, 'mcp'], cwd: world.repository },
      env: Object.fromEntries(known),
    }),
  );
  const { isError, content } = await client.callTool({ name: 'answer', arguments: input });
  await client.close();
  expect(isError === true, JSON.stringify(content)).toBe(false);
}

async function openIds(site: AskingWorld): Promise<readonly number[]> {
  const { stdout } = await site.start('status', '--json').ended;
  return (JSON.parse(stdout) as Told).questions.map(({ id }) => id);
}

/**
 * Answers open questions from these places, one after the other: any of those that are open, and in the live view the
 * oldest, which it shows first.
 */
async function answerAll(
  world: { readonly site: AskingWorld; readonly view: InTerminal },
  open: readonly Asked[],
  { places, chance }: { readonly places: readonly Place[]; readonly chance: Dice },
): Promise<readonly Asked[]> {
  let rest = open.toSorted((one, other) => one.id - other.id);
  for (const place of places) {
    // Once it counts them so, the view has seen what was answered elsewhere.
    if (place === 'view') await world.view.shows(`Press a to answer ${rest.length} questions`);
    const next = place === 'view' ? rest[0] : chance.pick(rest);
    if (next === undefined) throw new Error('a question for each place');
    await answer(world, next, place);
    rest = rest.filter(({ id }) => id !== next.id);
  }
  return rest;
}

async function expectFive(site: AskingWorld, view: InTerminal): Promise<void> {
  const { code, screen } = await view.ended;
  expect(code, screen).toBe(0);
  const status = JSON.parse((await site.start('status', '--json').ended).stdout) as Told;
  expect(status.questions).toEqual([]);
  expect(site.shop.pulls()).toHaveLength(5);
  for (const { ordinal, title } of status.tasks)
    expect(site.published(title, `answer-${ordinal}.txt`)).toBe(`${textFor(ordinal)}\nexit 0\n`);
}

test.runIf(hasTerminals).each([3, 8])(
  'five agents that ask are answered from four places, and five pull requests have the answers (seed %i)',
  async (seed) => {
    const chance = dice(seed);
    await using site = await makeFive();
    const view = orchestrate(site);
    const { questions } = await allAsked(site);
    const last = chance.pick(['command', 'client', 'comment'] as const);
    const places = shuffled(['command', 'client', 'comment', 'view'] as const, chance);
    expect(
      await answerAll({ site, view }, questions, { places: [...places, last], chance }),
    ).toEqual([]);
    await expectFive(site, view);
  },
);

test.runIf(hasTerminals)(
  'the same with the orchestrator killed between question and answer',
  async () => {
    const chance = dice(5);
    await using site = await makeFive();
    const killed = orchestrate(site);
    const { questions } = await allAsked(site);
    killed.signal('SIGKILL');
    await killed.ended;
    const early = shuffled(['command', 'client', 'command'] as const, chance).slice(1);
    const rest = await answerAll({ site, view: killed }, questions, { places: early, chance });
    const view = orchestrate(site);
    const places = ['view', 'comment', 'client'] as const;
    expect(await answerAll({ site, view }, rest, { places, chance })).toEqual([]);
    await expectFive(site, view);
  },
);
