import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Overview, RunPage, StoryLine } from '../../src/dashboard/page-data.ts';
import { openJournal } from '../../src/journal/sqlite-journal.ts';
import { startDashboard } from '../rig/dashboard.ts';
import { startFlotilla } from '../rig/flotilla.ts';
import type { EventReader, ServerEvent } from '../rig/server-events.ts';
import { makeWorld, type World } from '../rig/world.ts';

const pageOf = ({ data }: ServerEvent): RunPage => JSON.parse(data) as RunPage;
const isPage =
  (fits: (page: RunPage) => boolean) =>
  (event: ServerEvent): boolean =>
    event.event === 'page' && fits(pageOf(event));
const linesOf = ({ seen }: EventReader): readonly StoryLine[] =>
  seen
    .filter(({ event }) => event === 'lines')
    .flatMap(({ data }) => JSON.parse(data) as StoryLine[]);

function journalOf(world: World): string {
  const home = join(world.stateHome, 'flotilla');
  const [folder = ''] = readdirSync(home).filter((name) => name.startsWith('repository-'));
  return join(home, folder, 'journal.sqlite');
}

test('what is written into a journal is on the stream within 250 ms', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit one.txt' });
  const running = world.begin('--check', 'true');
  await running.until(gate.arrived());
  await using dashboard = await startDashboard(world);
  const { id, run } = await dashboard.run();
  const stream = await dashboard.events(`/api/runs/${id}/stream`);
  await stream.until(isPage(() => true));
  const journal = openJournal(journalOf(world), () => new Date());
  const delays: number[] = [];
  for (let at = 1; at <= 9; at += 1) {
    const { seq } = journal.append(run, { type: 'settings-changed', settings: { maxWorkers: at } });
    const written = performance.now();
    const shown = await stream.until(isPage((page) => page.seq >= seq));
    delays.push(shown.at - written);
    expect(pageOf(shown).workers).toBe(at);
  }
  journal.close();
  const [, , , , middle = 0] = delays.toSorted((one, other) => one - other);
  expect(middle, delays.join(' ')).toBeLessThan(250);
  stream.close();
  gate.open();
  expect((await running.ended).code).toBe(0);
}, 60_000);

test('a reader that comes back misses no line of the story and gets none twice', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three'] });
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit "work/$AGENT_ID.txt"' });
  const running = world.begin('--check', 'true', '--max-workers', '1');
  await running.until(gate.arrived());
  await using dashboard = await startDashboard(world);
  const { id } = await dashboard.run();
  const path = `/api/runs/${id}/stream`;
  const whole = await dashboard.events(path);
  const parts: StoryLine[] = [];
  let last: string | undefined;
  gate.open();
  for (let turn = 0; turn < 6; turn += 1) {
    const part = await dashboard.events(path, last);
    const known = Number(last ?? 0);
    const news = await part.until(isPage(({ seq, endedAt }) => seq > known || endedAt !== null));
    parts.push(...linesOf(part));
    last = part.seen.findLast(({ at }) => at <= news.at)?.id ?? last;
    part.close();
  }
  const rest = await dashboard.events(path, last);
  await Promise.all(
    [whole, rest].map((one) => one.until(isPage(({ endedAt }) => endedAt !== null))),
  );
  parts.push(...linesOf(rest));
  rest.close();
  whole.close();
  expect(parts).toEqual(linesOf(whole));
  expect(parts.at(-1)?.text).toContain('finished');
  // What it names as seen is taken as a number, and nothing else.
  for (const odd of ['-1', 'NaN', '1e999', "1'; DROP TABLE events", '9'.repeat(30)]) {
    const reader = await dashboard.events(path, odd);
    await reader.until(isPage(({ endedAt }) => endedAt !== null));
    reader.close();
  }
  expect((await running.ended).code).toBe(0);
}, 90_000);

test('an orchestrator that is killed is shown as dead, and as living when it comes back, on the open page', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit one.txt' });
  const running = world.begin('--check', 'true');
  await running.until(gate.arrived());
  await using dashboard = await startDashboard(world);
  const { id } = await dashboard.run();
  const stream = await dashboard.events(`/api/runs/${id}/stream`);
  const overview = await dashboard.events('/api/overview/stream');
  await stream.until(isPage(({ status }) => status === 'running'));
  running.signal('SIGKILL');
  await running.ended;
  const dead = pageOf(await stream.until(isPage(({ status }) => status === 'interrupted')));
  const [attention] = dead.attention;
  expect(attention).toMatchObject({
    what: 'interrupted',
    message: expect.stringContaining('died'),
  });
  const isInterrupted = ({ event, data }: ServerEvent): boolean =>
    event === 'overview' && (JSON.parse(data) as Overview).runs[0]?.status === 'interrupted';
  await overview.until(isInterrupted);
  // The command that it names continues the run.
  const [, ...args] = (attention?.command ?? '')
    .replaceAll("'", '')
    .split(/ (?=-|orchestrate|\/)/u);
  expect(args[0]).toBe('orchestrate');
  const again = world.begin('--check', 'true');
  const alive = await stream.until(
    isPage(({ status, seq }) => status === 'running' && seq > dead.seq),
  );
  expect(pageOf(alive).attention).toEqual([]);
  gate.open();
  expect((await again.ended).code).toBe(0);
  await stream.until(isPage(({ status }) => status === 'succeeded'));
  stream.close();
  overview.close();
}, 90_000);

test('of a damaged journal all is shown that can be read, and it is said', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  expect((await world.orchestrate('--check', 'true')).code).toBe(0);
  const journal = journalOf(world);
  const data = readFileSync(journal);
  data.write('"type":"task-comqleted"', data.indexOf('"type":"task-completed"'));
  writeFileSync(journal, data);
  await using dashboard = await startDashboard(world);
  const page = await dashboard.run();
  expect(page).toMatchObject({
    isWhole: false,
    status: 'interrupted',
    tasks: [{ status: 'running' }],
  });
  const stream = await dashboard.events(`/api/runs/${page.id}/stream`);
  await stream.until(isPage(({ isWhole }) => !isWhole));
  expect(linesOf(stream).length).toBeGreaterThan(3);
  stream.close();
  const { isDone, words } = await dashboard.act(page.id, 'pause');
  expect([isDone, words]).toEqual([false, expect.stringContaining('flotilla rebuild')]);
});

test('a journal that is no database, or of a newer version, is named, and the others are shown', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  expect((await world.orchestrate('--check', 'true')).code).toBe(0);
  await using dashboard = await startDashboard(world);
  const { id } = await dashboard.run();
  const journal = journalOf(world);
  const database = new DatabaseSync(journal);
  database.exec('PRAGMA user_version = 99');
  database.close();
  const newer = await dashboard.json<Overview>('/api/overview');
  expect(newer.runs).toEqual([]);
  expect(newer.leftOut).toEqual([expect.stringMatching(/newer/u)]);
  for (const path of [`/api/runs/${id}`, `/api/runs/${id}/stream`]) {
    const { status, body } = await dashboard.get(path);
    expect([status, JSON.parse(body)]).toMatchObject([
      409,
      { words: expect.stringMatching(/newer/u) },
    ]);
  }
  writeFileSync(journal, 'no database '.repeat(500));
  rmSync(`${journal}-wal`, { force: true });
  const corrupt = await dashboard.json<Overview>('/api/overview');
  expect(corrupt.leftOut).toHaveLength(1);
  expect((await dashboard.get(`/api/runs/${id}`)).status).toBe(409);
});

test('without anything that was run, and where there is no repository, the page is empty', async () => {
  await using world = await makeWorld();
  const here = {
    start: (...args: readonly string[]) => startFlotilla({ args, cwd: world.home, env: world.env }),
  };
  await using dashboard = await startDashboard(here);
  expect(await dashboard.json('/api/overview')).toEqual({ runs: [], leftOut: [] });
  expect(await dashboard.json('/api/repositories')).toEqual([]);
  for (const path of ['/api/runs/a/b', '/api/runs/a/b/stream', '/api/runs/a/b/tasks/1'])
    expect((await dashboard.get(path)).status).toBe(404);
  expect((await dashboard.post('/api/repositories/a/draft', { text: '# A' })).status).toBe(404);
});

test('a repository that is deleted under an open page takes nothing with it', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  expect((await world.orchestrate('--check', 'true')).code).toBe(0);
  const here = {
    start: (...args: readonly string[]) => startFlotilla({ args, cwd: world.home, env: world.env }),
  };
  await using dashboard = await startDashboard(here);
  const { id } = await dashboard.run();
  const stream = await dashboard.events(`/api/runs/${id}/stream`);
  await stream.until(isPage(() => true));
  const gone = `${world.repository}-gone`;
  renameSync(world.repository, gone);
  expect(await dashboard.runs()).toEqual([]);
  // A reader that is there sees the run as it was; what is asked of its repository is refused.
  for (const [path, status] of [
    ['/tasks/1/diff', 409],
    ['', 200],
  ] as const)
    expect([path, (await dashboard.get(`/api/runs/${id}${path}`)).status]).toEqual([path, status]);
  expect(await dashboard.act(id, 'pause')).toMatchObject({ isDone: false });
  stream.close();
  renameSync(gone, world.repository);
  // Its state, too.
  const other = await dashboard.events(`/api/runs/${id}/stream`);
  await other.until(isPage(() => true));
  rmSync(join(journalOf(world), '..'), { recursive: true });
  expect(await dashboard.runs()).toEqual([]);
  other.close();
}, 60_000);
