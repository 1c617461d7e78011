import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

/** The directory in which Flotilla keeps all that belongs to the world's repository. */
function stateOf(world: World): string {
  const home = join(world.stateHome, 'flotilla');
  const [name = ''] = readdirSync(home).filter((entry) => !entry.startsWith('holds'));
  return join(home, name);
}

/** Two issues with a run each; `damage` works on the journal's bytes, `restore` undoes all that happened since. */
async function makeRuns(): Promise<
  World & { readonly journal: string; readonly restore: () => void }
> {
  const world = await makeWorld({ issue: ['One', 'Two'] });
  expect((await world.orchestrate()).code).toBe(0);
  writeFileSync(join(world.root, 'other.md'), '# Other\n\n- [ ] Three\n');
  const other = await world.flotilla('orchestrate', '../other.md', '--agent', world.agent);
  expect(other.code, other.stderr).toBe(0);
  const state = stateOf(world);
  const copy = join(world.root, 'good');
  cpSync(state, copy, { recursive: true });
  const restore = (): void => {
    rmSync(state, { recursive: true });
    cpSync(copy, state, { recursive: true });
  };
  return Object.assign(world, { journal: join(state, 'journal.sqlite'), restore });
}

/** Changes a byte wherever some text stands in the file; the text is still JSON. */
function flip(journal: string, text: string): void {
  const data = readFileSync(journal);
  const mark = Buffer.from(text);
  const digit = /\d/u.exec(text)?.index;
  for (let at = data.indexOf(mark); at >= 0; at = data.indexOf(mark, at + 1)) {
    if (digit === undefined) data[at + 2] = (data[at + 2] ?? 0) ^ 1;
    else data[at + digit] = 57;
  }
  writeFileSync(journal, data);
}

/** Works on the table as nobody may who has only SQL: without its triggers. */
function tamper(journal: string, sql: string): void {
  const database = new DatabaseSync(journal);
  database.exec('DROP TRIGGER no_update; DROP TRIGGER no_delete');
  database.exec(sql);
  database.close();
}

/** Every command that reads the journal says what is damaged, and none ends in a trace of its insides. */
async function expectNamed(world: World, named: RegExp): Promise<void> {
  const commands = [
    ...[
      ['status'],
      ['status', '../issue.md', '--json'],
      ['runs'],
      ['metrics'],
      ['logs'],
      ['clean'],
    ],
    ...[
      ['logs', '../issue.md'],
      ['merge', '../issue.md', '--yes'],
      ['rebuild', '../issue.md'],
    ],
    ...[
      ['orchestrate', '../issue.md', '--agent', world.agent],
      ['cancel', '../issue.md'],
    ],
    ['orchestrate', '../issue.md', '--dry-run', '--force'],
  ];
  for (const args of commands) {
    const { code, stdout, stderr } = await world.flotilla(...args);
    const said = `${args.join(' ')}: ${stdout}${stderr}`;
    expect(said).not.toMatch(/^\s+at |bug in Flotilla|TypeError/mu);
    if (args[0] === 'logs' && args[1] === undefined) continue;
    if (args[0] === 'status' && args[1] === undefined) continue;
    expect(code, said).toBe(9);
    expect(stderr, said).toMatch(named);
    expect(stderr, said).toContain('flotilla rebuild --journal');
  }
}

test('an event in which a byte has changed is named by every command, and what is before it is shown', async () => {
  await using world = await makeRuns();
  const { run } = await readStatus(world, '../issue.md');
  for (const mark of ['"task":2,', '"result":']) {
    world.restore();
    flip(world.journal, mark);
    await expectNamed(
      world,
      new RegExp(`event \\d+ of the run ${run} was changed after it was written`),
    );
    const shown = await world.flotilla('status', '../issue.md');
    expect(shown.stdout).toContain('as far as its journal can be read');
    expect(shown.stdout).toContain('One');
  }
  world.restore();
}, 120_000);

test('a damaged beginning of a run is named, and the run of another issue is not touched by it', async () => {
  await using world = await makeRuns();
  const { run } = await readStatus(world, '../issue.md');
  tamper(
    world.journal,
    `UPDATE events SET body = replace(body, '"base"', '"bare"') WHERE run = '${run}' AND type = 'run-started'`,
  );
  await expectNamed(world, new RegExp(`of the run ${run} was changed after it was written`));
  const other = await world.flotilla('status', '../other.md');
  expect(other.code, other.stderr).toBe(0);
  const again = await world.flotilla('orchestrate', '../other.md', '--agent', world.agent);
  expect(again.code, again.stderr).toBe(0);
  expect(again.stdout).toContain('Nothing left to do');
  const cleaned = await world.flotilla('clean', '--all', '--yes');
  expect(cleaned.stdout).toContain('the journal of its run is damaged');
}, 120_000);

test.each([
  [
    'in the middle',
    (run: string) =>
      `DELETE FROM events WHERE seq = (SELECT seq FROM events WHERE run = '${run}' ORDER BY seq LIMIT 1 OFFSET 9)`,
    /is not preceded by event \d+, which is missing/u,
  ],
  [
    'at the beginning',
    (run: string) => `DELETE FROM events WHERE run = '${run}' AND type = 'run-started'`,
    /is missing, its first/u,
  ],
])(
  'an event that is gone %s is missed',
  async (_where, sql, named) => {
    await using world = await makeRuns();
    const { run } = await readStatus(world, '../issue.md');
    tamper(world.journal, sql(run));
    await expectNamed(world, named);
  },
  120_000,
);

test('events that are gone at the end are missed', async () => {
  await using world = await makeRuns();
  tamper(world.journal, 'DELETE FROM events WHERE seq > (SELECT max(seq) FROM events) - 3');
  await expectNamed(world, /its last 3 events are missing/u);
}, 120_000);

test('the command that is named makes a journal of what can be read, and the run goes on to its end', async () => {
  await using world = await makeRuns();
  const { run } = await readStatus(world, '../issue.md');
  const sound = await world.flotilla('rebuild', '--journal');
  expect(sound.stdout).toContain('Nothing is damaged');
  flip(world.journal, '"attempt-ended"');
  const rebuilt = await world.flotilla('rebuild', '--journal');
  expect(rebuilt.code, rebuilt.stderr).toBe(0);
  expect(rebuilt.stdout).toMatch(new RegExp(`${run} ends before its event \\d+, which`));
  expect((await readStatus(world, '../issue.md')).state).toBe('interrupted');
  const again = await world.orchestrate();
  expect(again.code, again.stdout + again.stderr).toBe(0);
  const status = await readStatus(world, '../issue.md');
  expect(status.run).toBe(run);
  expect(status.state).toBe('succeeded');
  for (const task of [1, 2]) expect(world.starts(`agent-${task}`)).toBeLessThanOrEqual(3);
}, 120_000);

test('a torn page costs the runs that lie in it, and no other', async () => {
  await using world = await makeRuns();
  const data = readFileSync(world.journal);
  const at = data.indexOf(Buffer.from('"type":"attempt-ended"'));
  data.fill(0, Math.floor(at / 4_096) * 4_096, (Math.floor(at / 4_096) + 1) * 4_096);
  writeFileSync(world.journal, data);
  await expectNamed(world, /is in a part of the file that cannot be read|cannot be read/u);
  const other = await world.flotilla('status', '../other.md');
  expect(other.stdout, other.stderr).toContain('Three');
  expect((await world.flotilla('rebuild', '--journal')).code).toBe(0);
  const again = await world.orchestrate();
  expect(again.code, again.stdout + again.stderr).toBe(0);
}, 120_000);

/** Makes a journal what it was before events had checksums. */
function makeOld(journal: string): void {
  const database = new DatabaseSync(journal);
  database.exec(
    'ALTER TABLE events DROP COLUMN previous; ALTER TABLE events DROP COLUMN checksum; PRAGMA user_version = 1',
  );
  database.close();
}

test('an old journal is read as it is, and what is damaged in it is named as far as it can be seen', async () => {
  await using world = await makeRuns();
  const merged = await world.flotilla('merge', '../issue.md', '--yes');
  expect(merged.code, merged.stderr).toBe(0);
  const before = await readStatus(world, '../issue.md');
  makeOld(world.journal);
  expect((await world.flotilla('rebuild', '--journal')).stdout).toContain('Nothing is damaged');
  expect(await readStatus(world, '../issue.md')).toEqual(before);
  const old = readFileSync(world.journal);
  for (const mark of ['"task":2,', '"base":', '"findings":', '"result":', '"title":', '"cars":']) {
    writeFileSync(world.journal, old);
    flip(world.journal, mark);
    for (const args of [
      ['status', '../issue.md'],
      ['metrics'],
      ['logs', '../issue.md'],
      ['clean'],
    ]) {
      const { code, stdout, stderr } = await world.flotilla(...args);
      expect(`${mark} ${stdout}${stderr}`).not.toMatch(/^\s+at |bug in Flotilla/mu);
      expect(code, `${args[0]} with ${mark}: ${stdout}${stderr}`).toBe(9);
    }
  }
}, 120_000);
