import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { DraftPage, RepositoryRow, RunPage, TaskPage } from '../../src/dashboard/page-data.ts';
import { configurationPath } from '../../src/app/settings/configuration.ts';
import { startDashboard, type ActionSeen, type StartedDashboard } from '../rig/dashboard.ts';
import { readStatus } from '../rig/status.ts';
import { issueOf, makeWorld } from '../rig/world.ts';

/** Waits until the page of a run is so, as a reader of its stream sees it. */
async function until(
  dashboard: StartedDashboard,
  id: string,
  fits: (page: RunPage) => boolean,
): Promise<RunPage> {
  const stream = await dashboard.events(`/api/runs/${id}/stream`);
  try {
    const found = await stream.until(
      ({ event, data }) => event === 'page' && fits(JSON.parse(data) as RunPage),
    );
    return JSON.parse(found.data) as RunPage;
  } finally {
    stream.close();
  }
}

const statesOf = ({ tasks }: RunPage): readonly string[] => tasks.map(({ status }) => status);

test('a run is set, paused, continued, and its tasks are skipped and cancelled, as by the commands', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three', 'Four'] });
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit "work/$AGENT_ID.txt"' });
  const running = world.begin('--max-workers', '1', '--check', 'true', '--json');
  await running.until(gate.arrived());
  await using dashboard = await startDashboard(world);
  const { id } = await dashboard.run();

  const paused = await dashboard.act(id, 'pause');
  expect(paused).toMatchObject({
    isDone: true,
    words: expect.stringContaining('flotilla continue'),
  });
  const page = await until(dashboard, id, ({ status }) => status === 'paused');
  expect(page).toMatchObject({ isPaused: true, attention: [{ what: 'paused' }] });
  expect(await dashboard.act(id, 'continue')).toMatchObject({ isDone: true });

  const set = await dashboard.act(id, 'set', { maxWorkers: 2, timeout: 3_600, merge: 'never' });
  expect(set.words).toContain('--max-workers 2');
  await running.until(gate.arrived(2));
  expect(await dashboard.act(id, 'set', {})).toMatchObject({ isDone: false });

  const waiting = (await dashboard.run()).tasks.filter(({ status }) => status === 'queued');
  const [skipped = 0] = waiting.map(({ task }) => task);
  expect(await dashboard.act(id, 'skip', { task: skipped })).toMatchObject({ isDone: true });
  const at = (await dashboard.run()).tasks.filter(({ status }) => status === 'running');
  const [cancelled = 0] = at.map(({ task }) => task);
  expect(await dashboard.act(id, 'skip', { task: cancelled })).toMatchObject({ isDone: false });
  expect(await dashboard.act(id, 'cancel', { tasks: [cancelled] })).toMatchObject({ isDone: true });
  const after = await until(dashboard, id, (one) => statesOf(one).includes('cancelled'));
  expect(after.tasks.find(({ task }) => task === skipped)?.status).toBe('skipped');
  gate.open();
  const { events } = await running.ended;
  const types = events().map(({ type }) => type);
  for (const type of [
    'pause-requested',
    'continue-requested',
    'settings-changed',
    'skip-requested',
    'cancel-requested',
  ])
    expect(types).toContain(type);
  const { tasks } = await readStatus(world);
  expect(tasks.map(({ state }) => state).toSorted()).toEqual([
    'cancelled',
    'completed',
    'completed',
    'skipped',
  ]);
}, 120_000);

test('an agent is answered and told something from the page, whatever the words look like', async () => {
  await using world = await makeWorld({ issue: ['Choose a colour', 'Wait'] });
  const gate = world.gate('held');
  const asks = `"$FLOTILLA_ASK" 'Which colour?' --option red --option 'dark green' >>colour.txt; git add colour.txt; git commit --quiet --message Colour`;
  world.script({ 'agent-1': asks, 'agent-2.1': 'hold held', 'agent-2': 'commit told.txt' });
  const running = world.begin('--check', 'true', '--max-workers', '2');
  await running.printed('? asks');
  await running.until(gate.arrived());
  await using dashboard = await startDashboard(world);
  const { id, attention } = await dashboard.run();
  expect(attention[0], JSON.stringify(attention)).toMatchObject({
    ...{ what: 'question', task: 1 },
    question: { id: 1, text: 'Which colour?', options: ['red', 'dark green'] },
  });
  const words = '--json $(touch taken) "quoted"\nsecond line';
  expect(await dashboard.act(id, 'answer', { question: 1, text: words })).toMatchObject({
    isDone: true,
  });
  expect(await dashboard.act(id, 'answer', { question: 1, text: 'late' })).toMatchObject({
    ...{ isDone: false, words: expect.stringContaining('answered') },
  });
  expect(await dashboard.act(id, 'answer', { question: 9, text: 'x' })).toMatchObject({
    isDone: false,
  });
  expect(await dashboard.act(id, 'tell', { task: 2, text: '-' })).toMatchObject({ isDone: true });
  // Its turn was ended for that: nobody opens the gate.
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  const { branch } = (await readStatus(world)).tasks[0] ?? {};
  expect(world.git('show', `flotilla/${branch}:colour.txt`)).toContain('$(touch taken) "quoted"');
  const task = await dashboard.json<TaskPage>(`/api/runs/${id}/tasks/1`);
  expect(task.questions[0]).toMatchObject({
    state: 'answered',
    answer: expect.stringContaining('--json'),
  });
  expect(world.seen('agent-2', 'prompt', 2)).toContain('\n-\n');
}, 120_000);

test('a failed task is retried, a dead run resumed and a green one merged, in processes that outlive the page', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  const gate = world.gate('held');
  world.script({
    'agent-1.1': 'exit 3',
    'agent-1': 'commit one.txt',
    'agent-2': 'hold held; commit two.txt',
  });
  const running = world.begin('--check', 'true', '--max-workers', '2');
  await running.until(gate.arrived());
  await running.printed('✗');
  const dashboard = await startDashboard(world);
  const { id, run } = await dashboard.run();
  // While somebody works on it, both are refused, whatever is written meanwhile.
  for (const action of ['retry', 'resume', 'merge']) {
    const [refused] = await Promise.all([
      dashboard.act(id, action),
      dashboard.act(id, 'set', { maxWorkers: 2 }),
    ]);
    expect([action, refused.isDone]).toEqual([action, false]);
    expect(refused.words).toContain(`process ${running.pid}`);
  }
  running.signal('SIGKILL');
  await running.ended;
  const dead = await until(dashboard, id, ({ status }) => status === 'interrupted');
  expect(dead.attention).toContainEqual(
    expect.objectContaining({
      what: 'interrupted',
      command: expect.stringMatching(/^flotilla orchestrate .*issue\.md/u),
    }),
  );
  expect(await dashboard.act(id, 'resume')).toMatchObject({ isDone: true, run });
  await until(dashboard, id, ({ status }) => status === 'running');
  await dashboard[Symbol.asyncDispose]();
  gate.open();

  await using again = await startDashboard(world);
  await until(again, id, ({ status }) => status === 'partial' || status === 'failed');
  expect(await again.act(id, 'retry', { tasks: [1], maxWorkers: 1 })).toMatchObject({
    isDone: true,
    run,
  });
  const retried = await until(again, id, ({ status }) => status === 'succeeded');
  expect(statesOf(retried)).toEqual(['completed', 'completed']);
  const nothing = await again.act(id, 'resume');
  expect(nothing).toMatchObject({
    isDone: true,
    words: expect.stringContaining('Nothing left to do'),
  });

  expect(await again.act(id, 'merge')).toMatchObject({ isDone: true, run });
  const merged = await until(again, id, ({ tasks }) =>
    tasks.every(({ status }) => status === 'merged'),
  );
  expect(merged.train).toMatchObject({ cars: [{ state: 'merged' }, { state: 'merged' }] });
  await until(again, id, ({ train }) => train?.isEnded === true);
  const idle = await again.act(id, 'merge');
  expect([idle.isDone, idle.words]).toEqual([true, expect.stringMatching(/^[^{]*merge/iu)]);
}, 180_000);

test('an issue that is pasted is planned as by a dry run, started, and edited', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  expect((await world.orchestrate('--check', 'true')).code).toBe(0);
  await using dashboard = await startDashboard(world);
  const [known] = await dashboard.json<RepositoryRow[]>('/api/repositories');
  const name = known?.name ?? '';
  expect(known?.path).toBe(world.repository);
  const draft = async (text: string): Promise<DraftPage> => {
    const { status, body } = await dashboard.post(`/api/repositories/${name}/draft`, { text });
    expect([status, body]).toEqual([200, body]);
    return JSON.parse(body) as DraftPage;
  };
  const broken = await draft('Nothing to do here');
  expect(broken.plan).toBeNull();
  expect(broken.words).not.toBe('');
  const text = issueOf(['Add `work/agent-1.txt`'], 'Typed');
  const planned = await draft(text);
  expect(planned).toMatchObject({ plan: { issue: { title: 'Typed' }, tasks: [{ ordinal: 1 }] } });
  expect(readFileSync(planned.path, 'utf8')).toBe(text);

  // The repository's configuration names a program: a start is refused until its user trusts it.
  world.write(configurationPath, JSON.stringify({ agent: { name: world.agent } }));
  const start = async (): Promise<ActionSeen> => {
    const input = { path: planned.path, isForced: true };
    const { body } = await dashboard.post(`/api/repositories/${name}/start`, input);
    return JSON.parse(body) as ActionSeen;
  };
  const refused = await start();
  expect([refused.isDone, refused.words]).toEqual([
    false,
    expect.stringContaining('flotilla trust'),
  ]);
  expect((await world.flotilla('trust')).code).toBe(0);
  const begun = await start();
  expect(begun, JSON.stringify(begun)).toMatchObject({ isDone: true });
  const id = `${name}/${begun.run}`;
  expect(await until(dashboard, id, ({ status }) => status === 'succeeded')).toMatchObject({
    ...{ title: 'Typed', total: 1 },
  });

  // Typed on, it is the same issue, whose run goes on.
  const more = await draft(`${text}- [ ] Add \`work/agent-2.txt\`\n`);
  expect(more.path).toBe(planned.path);
  expect(await start()).toMatchObject({ isDone: true, run: begun.run });
  await until(dashboard, id, ({ status, total }) => status === 'succeeded' && total === 2);

  // What was typed in between is not kept for long; the issue of a run is.
  const folder = dirname(planned.path);
  for (let old = 0; old < 30; old += 1) {
    writeFileSync(join(folder, `old-${old}.md`), '# Old');
    utimesSync(join(folder, `old-${old}.md`), 1_000 + old, 1_000 + old);
  }
  utimesSync(planned.path, 1, 1);
  await draft('# Another');
  const left = readdirSync(folder);
  expect(left).toHaveLength(21);
  expect(left).toContain(basename(planned.path));
  expect(left).toContain('old-29.md');
  expect(left).not.toContain('old-0.md');
  const cleaned = await world.flotilla('clean', '--yes');
  expect(cleaned.stdout).toContain('typed into the dashboard, and never started');
  const kept = readdirSync(folder);
  expect(kept).toContain(basename(planned.path));
  expect(kept.filter((one) => one.startsWith('old-'))).toEqual([]);
}, 120_000);
