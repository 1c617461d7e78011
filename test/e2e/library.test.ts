import { expect, test } from 'vitest';
import { merge, openRun, plan, run, UserError, type RunRequest } from '../../src/index.ts';
import { makeWorld, type World } from '../rig/world.ts';

function requestIn(world: World): RunRequest & { readonly options: object } {
  return {
    issue: '../issue.md',
    directory: world.repository,
    env: world.env,
    options: { agent: world.agent, force: true, yes: true, maxWorkers: 1 },
  };
}

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = [];
  for await (const value of values) found.push(value);
  return found;
}

test('a program drains a run, continues it, and merges what it published', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit "work/$AGENT_ID.txt"' });
  const [drain, notes] = [new AbortController(), [] as string[]];
  const running = run({
    ...{ ...requestIn(world), drain: drain.signal },
    onNote: (text) => void notes.push(text),
  });
  await gate.arrived();
  drain.abort();
  gate.open();
  const drained = await running.ended;
  expect(drained?.tasks.map(({ status }) => status).toSorted()).toEqual(['completed', 'queued']);
  expect(notes.join('\n')).toContain('Draining: nothing new starts.');

  const again = run(requestIn(world));
  const types = (await all(again)).map(({ type }) => type);
  expect(types[0]).toBe('run-resumed');
  expect(types.at(-1)).toBe('run-ended');
  expect((await again.ended)?.tasks.map(({ status }) => status)).toEqual([
    'completed',
    'completed',
  ]);
  expect(world.starts('agent-1') + world.starts('agent-2')).toBe(2);

  const { issue, directory, env } = requestIn(world);
  expect(await merge({ issue, directory, env })).toEqual({ kind: 'declined' });
  const asked: string[] = [];
  const confirm = (_lines: readonly string[], question: string): Promise<boolean> => {
    asked.push(question);
    return Promise.resolve(true);
  };
  const merged = await merge({ issue, directory, env, confirm });
  expect(asked).toEqual(['The union is unknown. Merge them? [y/N] ']);
  expect(merged.kind === 'over' && merged.state.tasks.map(({ status }) => status)).toEqual([
    'merged',
    'merged',
  ]);
  const opened = await openRun({ directory, env });
  expect(opened.state().train?.cars.map(({ task }) => task)).toHaveLength(2);
  opened.close();
});

test('a program ends the agents of a run by its signal, and their work is kept', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  const gate = world.gate('held');
  world.script({ default: 'echo started > work.txt; hold held; commit work.txt' });
  const ending = new AbortController();
  const running = run({ ...requestIn(world), signal: ending.signal });
  await gate.arrived();
  ending.abort();
  const state = await running.ended;
  expect(state?.ended).toBe('interrupted');
  expect(state?.tasks[0]?.workspace?.state).toBe('ready');
  gate.open();
  expect((await run(requestIn(world)).ended)?.tasks[0]?.status).toBe('completed');
});

test('a program changes, pauses and continues a run, and skips a task of it', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three'] });
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit "work/$AGENT_ID.txt"' });
  const running = run(requestIn(world));
  await gate.arrived();
  const { directory, env } = requestIn(world);
  const opened = await openRun({ directory, env });
  expect((await opened.pause()).isPauseAsked).toBe(true);
  expect((await opened.set({ maxWorkers: 2 })).settings.maxWorkers).toBe(2);
  const waiting = opened.state().tasks.find(({ status }) => status === 'queued')?.ordinal ?? 0;
  expect((await opened.skip(waiting)).tasks[waiting - 1]?.status).toBe('skipped');
  const busy = opened.state().tasks.find(({ status }) => status === 'running')?.ordinal ?? 0;
  await expect(opened.skip(busy)).rejects.toBeInstanceOf(UserError);
  await opened.continue();
  await gate.arrived(2);
  opened.close();
  gate.open();
  const tasks = (await running.ended)?.tasks.map(({ status }) => status);
  expect(tasks?.toSorted()).toEqual(['completed', 'completed', 'skipped']);
});

test('what the user must fix comes out of the plan, the iteration and the end alike', async () => {
  await using world = await makeWorld({ issue: '# Nothing\n\nThere is no task.\n' });
  const { issue, directory, env } = requestIn(world);
  await expect(plan({ issue, directory, env })).rejects.toBeInstanceOf(UserError);
  const running = run({ issue, directory, env });
  await expect(all(running)).rejects.toBeInstanceOf(UserError);
  await expect(running.ended).rejects.toBeInstanceOf(UserError);
});
