import { execFile } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdtempDisposableSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKeptRuns } from './kept-runs.ts';
import { readThrough } from './read-through.ts';
import { openJournal } from './sqlite-journal.ts';

const execute = promisify(execFile);
let root: ReturnType<typeof mkdtempDisposableSync>;
let [file, folder]: [string, string] = ['', ''];
let clock = 0;
const now = (): Date => new Date((clock += 1));
const runs = Array.from({ length: 9 }, (_, index) => `run-${index + 1}`);
/** As many events as are read again in a call, so that no call reads two runs again. */
const many = 3_000;

beforeEach(() => {
  root = mkdtempDisposableSync(join(tmpdir(), 'kept-'));
  [file, folder] = [join(root.path, 'journal.sqlite'), join(root.path, 'history')];
  for (const run of runs) append(run);
});

afterEach(() => root.remove());

/** Writes one more event, in a journal that is opened and closed for it. */
function append(run: string): void {
  const journal = openJournal(file, now);
  journal.append(run, { type: 'task-completed', task: 1 });
  journal.close();
}

/** Looks at all runs once; gives those that were read, and what came of all. */
function look({ version = '1', kind = 'numbers', isWhole = true } = {}): {
  readonly read: readonly string[];
  readonly values: readonly unknown[];
} {
  const journal = openJournal(file, now);
  const read: string[] = [];
  const outline = journal.outline();
  const kept = openKeptRuns({ file, folder, outline, kind, version, now });
  const values = readThrough(kept, runs, (run) => {
    read.push(run);
    const { seq } = journal.read(run, 0).at(-1)!;
    return { value: { run, seq }, events: many, isWhole };
  });
  kept[Symbol.dispose]();
  journal.close();
  return { read, values };
}

/** Which runs a look reads besides the one whose turn it is. */
function readBesides(options?: Parameters<typeof look>[0]): readonly string[] {
  const before = turn();
  return look(options).read.filter((run) => run !== before);
}

/** The run that was read longest ago. */
function turn(): unknown {
  const database = new DatabaseSync(join(folder, 'kept.sqlite'));
  const row = database.prepare('SELECT run FROM kept ORDER BY read_at LIMIT 1').get();
  database.close();
  return row?.['run'];
}

/** Works on the table as nobody may who has only SQL: without its triggers. */
function tamper(sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(`DROP TRIGGER no_update; DROP TRIGGER no_delete; ${sql}`);
  database.close();
}

test('what was made of runs is taken again, and only a run with a newer event is read', () => {
  const first = look();
  expect(first.read).toEqual(runs);
  expect(look().values).toEqual(first.values);
  expect(readBesides()).toEqual([]);
  append('run-5');
  const turns = turn();
  const later = look();
  expect(later.read.filter((run) => run !== turns)).toEqual(['run-5']);
  expect(later.values[4]).toEqual({ run: 'run-5', seq: 10 });
  expect(readBesides()).toEqual([]);
});

test('each run is read again in its turn', () => {
  look();
  const turns = runs.flatMap(() => look().read);
  expect(turns).toEqual(runs);
});

test('what another version made, and what is of another kind, is not taken', () => {
  look();
  expect(look({ version: '2' }).read).toEqual(runs);
  expect(look({ kind: 'others', version: '2' }).read).toEqual(runs);
  expect(look({ version: '2' }).read).toHaveLength(1);
});

test('what could not be read whole is not kept, and what was kept of it is forgotten', () => {
  look({ isWhole: false });
  expect(look().read).toEqual(runs);
  const [due] = look({ isWhole: false }).read;
  const later = look().read;
  expect(later).toContain(due);
  expect(later).toHaveLength(2);
});

test('a file that is damaged, foreign or gone is made again', () => {
  look();
  const kept = join(folder, 'kept.sqlite');
  for (const spoil of [
    () => writeFileSync(kept, 'No database. '.repeat(999)),
    () => writeFileSync(kept, ''),
    () => writeFileSync(kept, readFileSync(kept).subarray(0, 5_000)),
    () => rmSync(folder, { recursive: true }),
    () => {
      rmSync(kept);
      new DatabaseSync(kept).exec('CREATE TABLE kept (something)');
    },
  ]) {
    spoil();
    expect(look().read).toEqual(runs);
    expect(readBesides()).toEqual([]);
  }
});

test('a row that damage has changed is read again', () => {
  look();
  const database = new DatabaseSync(join(folder, 'kept.sqlite'));
  database.exec(`UPDATE kept SET value = replace(value, '"seq":4', '"seq":5')`);
  database.close();
  expect(readBesides()).toEqual(['run-4']);
});

test('what was kept of another journal is not taken', () => {
  look();
  const other = join(root.path, 'other.sqlite');
  copyFileSync(file, other);
  file = other;
  expect(look().read).toEqual(runs);
});

test.each([
  ["an event's text", `UPDATE events SET body = replace(body, '1', '2') WHERE run = 'run-3'`],
  ['an event that is gone', `DELETE FROM events WHERE seq = 9`],
])('after a change by other means (%s), everything is read again', (_what, sql) => {
  append('run-1');
  look();
  tamper(sql);
  append('run-9');
  const read: string[] = [];
  const journal = openJournal(file, now);
  const outline = journal.outline();
  const kept = openKeptRuns({ file, folder, outline, kind: 'numbers', version: '1', now });
  readThrough(kept, runs, (run) => {
    read.push(run);
    return { value: null, events: many, isWhole: journal.readSound(run).damage === null };
  });
  kept[Symbol.dispose]();
  journal.close();
  expect(read).toEqual(runs);
});

test('after bytes of the file were changed, everything is read again', () => {
  look();
  writeFileSync(file, readFileSync(file));
  expect(look().read).toEqual(runs);
  appendFileSync(file, '');
  expect(readBesides()).toEqual([]);
});

test('events of a writer that was killed, which the next one brings into the file, are no such change', async () => {
  look();
  const script = `
    import { openJournal } from ${JSON.stringify(new URL('sqlite-journal.ts', import.meta.url).href)};
    const journal = openJournal(${JSON.stringify(file)}, () => new Date());
    journal.append('run-2', { type: 'task-completed', task: 1 });
    process.kill(process.pid, 'SIGKILL');`;
  const written = execute(process.execPath, ['--input-type=module', '-e', script]);
  await expect(written).rejects.toMatchObject({ signal: 'SIGKILL' });
  expect(readdirSync(root.path)).toContain('journal.sqlite-wal');
  expect(readBesides()).toEqual(['run-2']);
  expect(readdirSync(root.path)).not.toContain('journal.sqlite-wal');
  expect(readBesides()).toEqual([]);
});

test('what was kept is forgotten when another file takes the place of the journal', () => {
  look();
  renameSync(file, `${file}.damaged`);
  for (const run of [...runs, 'run-10']) append(run);
  const journal = openJournal(file, now);
  const outline = journal.outline();
  openKeptRuns({ file, folder, outline, kind: 'numbers', version: '1', now })[Symbol.dispose]();
  journal.close();
  const database = new DatabaseSync(join(folder, 'kept.sqlite'));
  expect(database.prepare('SELECT count(*) AS left FROM kept').get()).toEqual({ left: 0 });
  database.close();
});

test('several processes look at once, and all see the same', async () => {
  const script = `
    import { openKeptRuns } from ${JSON.stringify(new URL('kept-runs.ts', import.meta.url).href)};
    import { readThrough } from ${JSON.stringify(new URL('read-through.ts', import.meta.url).href)};
    import { openJournal } from ${JSON.stringify(new URL('sqlite-journal.ts', import.meta.url).href)};
    const now = () => new Date();
    const [file, folder] = ${JSON.stringify([file, folder])};
    for (let round = 0; round < 20; round += 1) {
      const journal = openJournal(file, now);
      const params = { file, folder, outline: journal.outline(), kind: 'numbers', version: '1', now };
      const kept = openKeptRuns(params);
      const values = readThrough(kept, ${JSON.stringify(runs)}, (run) => {
        const { seq } = journal.read(run, 0).at(-1);
        return { value: { run, seq }, events: 1, isWhole: true };
      });
      kept[Symbol.dispose]();
      journal.append('run-10', { type: 'task-completed', task: 1 });
      journal.close();
      console.log(JSON.stringify(values));
    }`;
  const outputs = await Promise.all(
    [1, 2, 3].map(() => execute(process.execPath, ['--input-type=module', '-e', script])),
  );
  const lines = new Set(outputs.flatMap(({ stdout }) => stdout.trim().split('\n')));
  expect([...lines].map((line) => JSON.parse(line) as unknown)).toEqual([look().values]);
}, 60_000);
