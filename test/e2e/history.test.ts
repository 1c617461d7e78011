import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openJournal } from '../../src/journal/sqlite-journal.ts';
import { fillJournal } from '../rig/fill-journal.ts';
import { makeWorld, type World } from '../rig/world.ts';

const shown = [
  ['runs'],
  ['runs', '--json'],
  ['metrics'],
  ['metrics', '--json'],
  ['metrics', '--all', '--json'],
  ['list'],
  ['list', '--json'],
];
/** More events than are read again in each call, so that most of what is shown was kept. */
const events = 9_000;

type Filled = {
  readonly world: World;
  readonly journal: string;
  readonly history: string;
  /** What the commands show, with their exit codes. */
  readonly show: () => Promise<readonly string[]>;
  readonly forget: () => void;
};

/** A journal of many runs that were recorded here: with failures, a retry, questions and a train. */
async function withManyRuns(world: World): Promise<Filled> {
  world.script({
    'agent-1': 'commit one.txt',
    'agent-2': 'exit 0',
    'agent-3': 'touch broken; exit 3',
  });
  const failed = await world.orchestrate('--check', 'true');
  expect(failed.code, failed.stderr).toBe(2);
  world.script({ 'agent-2': 'commit two.txt' });
  await world.orchestrate('--check', 'true', '--retry');
  await world.flotilla('merge', '../issue.md', '--yes');
  world.write('../other.md', '# Another\n\n## Sub-Tasks\n\n- [ ] Ask\n- [ ] Collide\n');
  world.script({
    'agent-1': '"$FLOTILLA_ASK" "Which?" --option red; commit same.txt red',
    'agent-2': 'commit same.txt blue',
  });
  const flags = ['--agent', world.agent, '--plain', '--force', '--check', 'true', '--yes'];
  await world.flotilla('orchestrate', '../other.md', ...flags, '--merge', 'verified');
  const home = join(world.stateHome, 'flotilla');
  const [name = ''] = readdirSync(home).filter((entry) => entry.startsWith('repository-'));
  const journal = join(home, name, 'journal.sqlite');
  const history = join(home, name, 'history');
  let copies = 50;
  while (fillJournal(journal, copies) < events) copies += 50;
  const show = async (): Promise<readonly string[]> => {
    const ends = [];
    for (const words of shown) ends.push(await world.flotilla(...words));
    return ends.map(
      ({ code, stdout, stderr }, index) =>
        `${(shown[index] ?? []).join(' ')} ${code} ${stdout} ${stderr}`,
    );
  };
  return { world, journal, history, show, forget: () => rmSync(history, { recursive: true }) };
}

const asking = {
  issue: ['Add one', 'Do nothing', 'Fail'],
  files: { '.claude/config/parallel-orchestration.json': '{ "questions": { "patience": 1 } }\n' },
};

function keptRuns(history: string): unknown {
  const database = new DatabaseSync(join(history, 'kept.sqlite'));
  const found = database.prepare("SELECT count(*) AS runs FROM kept WHERE kind = 'sums'").get();
  database.close();
  return found?.['runs'];
}

test('what is kept of runs is what their events say, also when there are newer ones, and damage', async () => {
  await using world = await makeWorld(asking);
  const { journal, history, show, forget } = await withManyRuns(world);
  const first = await show();
  expect(first.join('\n')).toContain('"mended":');
  const rows = JSON.parse(first[1]!.slice(first[1]!.indexOf('['))) as { run: string }[];
  expect(keptRuns(history)).toBe(rows.length);
  expect(await show()).toEqual(first);

  const open = openJournal(journal, () => new Date());
  const old = rows.at(-9)!.run;
  const failure = { reason: 'no-commits', message: 'Nothing' } as const;
  open.append(old, { type: 'task-failed', task: 1, failure });
  open.append(old, { type: 'run-ended', how: 'interrupted' });
  const grown = await show();
  open.close();
  expect(grown).not.toEqual(first);
  expect(await show()).toEqual(grown);
  forget();
  expect(await show()).toEqual(grown);

  // Damage is named although the run was kept before it, again and again.
  const data = readFileSync(journal);
  const at = data.indexOf('"type":"attempt-ended"', data.length / 3);
  data.write('"type":"attempt-bnded"', at);
  writeFileSync(journal, data);
  for (const _ of [1, 2]) {
    const [runs, , metrics] = await show();
    expect(runs).toMatch(/^runs 9 /u);
    expect(runs).toContain('as far as its journal can be read');
    expect(metrics).toMatch(/^metrics 9 /u);
    for (const said of [runs, metrics])
      expect(said).toMatch(/event \d+ of the run \S+ was changed after it was written/u);
  }
}, 180_000);

test('clean and rebuild remove what is kept', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  expect((await world.orchestrate()).code).toBe(0);
  const { stdout } = await world.flotilla('runs');
  const home = join(world.stateHome, 'flotilla');
  const [name = ''] = readdirSync(home).filter((entry) => entry.startsWith('repository-'));
  const history = join(home, name, 'history');
  expect(existsSync(history)).toBe(true);
  expect((await world.flotilla('clean')).stdout).toContain('what is kept of past runs');
  expect((await world.flotilla('clean', '--yes')).code).toBe(0);
  expect(existsSync(history)).toBe(false);
  expect((await world.flotilla('runs')).stdout).toBe(stdout);
  expect((await world.flotilla('rebuild', '../issue.md')).code).toBe(0);
  expect(existsSync(history)).toBe(false);
}, 60_000);
