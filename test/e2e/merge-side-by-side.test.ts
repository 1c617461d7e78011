import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { stateOf } from '../rig/count-events.ts';
import { told } from '../rig/five-pull-requests.ts';
import { makeWorld, type World } from '../rig/world.ts';

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

function world(parallel: number): Promise<World> {
  const configuration = JSON.stringify({ merging: { parallel } });
  return makeWorld({
    issue: ['One', 'Two', 'Three', 'Four', 'Five'],
    files: { '.claude/config/parallel-orchestration.json': configuration, 'check.sh': 'sleep 1' },
  });
}

/** How often the journal has each of the train's kinds of check: ahead, and in its turn. */
function counted(made: World): { readonly ahead: number; readonly inTurn: number } {
  const journal = new DatabaseSync(join(stateOf(made), 'journal.sqlite'), { readOnly: true });
  const count = journal.prepare('SELECT count(*) AS count FROM events WHERE type = ?');
  const of = (type: string): number => Number(count.get(type)?.['count']);
  const both = { ahead: of('prefix-checked'), inTurn: of('update-checked') };
  journal.close();
  return both;
}

function workspaces(made: World): string[] {
  return readdirSync(join(stateOf(made), 'workspaces'));
}

function logs(made: World): string[] {
  const [run = ''] = readdirSync(join(stateOf(made), 'runs'));
  const rooms = readdirSync(join(stateOf(made), 'runs', run)).filter((name) =>
    /^task-base-\d+$/u.test(name),
  );
  return rooms.flatMap((room) =>
    readdirSync(join(stateOf(made), 'runs', run, room)).filter((name) => name.endsWith('.log')),
  );
}

test('pull requests are checked in rooms of their own, and killed meanwhile, each tree once', async () => {
  await using made = await world(3);
  const run = await made.orchestrate('--check', 'sh check.sh', '--yes');
  expect(run.code, `${run.stdout}${run.stderr}`).toBe(0);
  const before = workspaces(made);
  Object.assign(made.env, {
    NODE_OPTIONS: `--import=${dieAtEvent}`,
    DIE_AFTER_EVENT: 'prefix-checked',
  });
  const killed = await made.flotilla('merge', '../issue.md', '--yes');
  expect(killed.code, killed.stdout).toBeNull();
  expect(counted(made)).toMatchObject({ ahead: 1 });
  delete made.env['NODE_OPTIONS'];

  const { code, stdout, stderr } = await made.flotilla('merge', '../issue.md', '--yes', '--json');
  expect(code, `${stdout}${stderr}`).toBe(0);
  expect(told(stdout)).toMatchObject({ merged: [1, 2, 3, 4, 5], left: [] });
  // The first was verified on this base, and the union paid for the last.
  expect(counted(made)).toEqual({ ahead: 3, inTurn: 4 });
  expect(logs(made).length).toBeGreaterThanOrEqual(3);
  expect(workspaces(made).filter((name) => !before.includes(name))).toEqual([]);
}, 240_000);

test('with one place, each is checked in its turn, and the union pays for the last', async () => {
  await using made = await world(1);
  const run = await made.orchestrate('--check', 'sh check.sh', '--yes');
  expect(run.code, `${run.stdout}${run.stderr}`).toBe(0);
  const { code, stdout, stderr } = await made.flotilla('merge', '../issue.md', '--yes', '--json');
  expect(code, `${stdout}${stderr}`).toBe(0);
  expect(told(stdout)).toMatchObject({ merged: [1, 2, 3, 4, 5], left: [] });
  expect(counted(made)).toEqual({ ahead: 0, inTurn: 4 });
  expect(logs(made)).toEqual([]);
}, 240_000);
