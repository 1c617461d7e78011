import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../model/event/event.ts';
import type { IssueRef } from '../model/issue/issue.ts';
import { UserError, type UserProblem } from '../model/user-error.ts';
import { openExistingJournal, openJournal } from './sqlite-journal.ts';

const execute = promisify(execFile);
const now = (): Date => new Date('2026-01-02T03:04:05.678Z');
const cancelled: RunEvent = { type: 'task-cancelled', task: 1 };
let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
let file: string;

beforeEach(async () => {
  folder = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  file = join(folder.path, 'journal.sqlite');
});

afterEach(() => folder.remove());

function started(issue: IssueRef, title: string): RunEvent {
  return {
    type: 'run-started',
    issue,
    title,
    source: '/issue.md',
    base: { branch: 'main', sha: 'a'.repeat(40) },
    only: null,
    settings: {} as Extract<RunEvent, { type: 'run-started' }>['settings'],
    orchestrator: { pid: 1, startTime: '1', bootId: '' },
  };
}

function problemOf(work: () => unknown): UserProblem | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof UserError) return error.problem;
    throw error;
  }
}

test('events are read back as they were written, with their place and time', () => {
  const journal = openJournal(file, now);
  const written = journal.append('run-1', { type: 'task-completed', task: 7 });
  journal.append('run-2', cancelled);
  const next = journal.append('run-1', cancelled);
  expect(written).toEqual({
    seq: 1,
    at: '2026-01-02T03:04:05.678Z',
    run: 'run-1',
    type: 'task-completed',
    task: 7,
  });
  expect(journal.read('run-1', 0)).toEqual([written, next]);
  expect(journal.read('run-1', written.seq)).toEqual([next]);
  journal.close();
  const again = openExistingJournal(file, now);
  expect(again?.read('run-1', 0)).toEqual([written, next]);
  again?.close();
});

test('the newest run of an issue is found', () => {
  const journal = openJournal(file, now);
  const [one, two]: IssueRef[] = [
    { forge: 'local', number: 1 },
    { forge: 'local', number: 2 },
  ];
  journal.append('run-a', started(one!, 'First'));
  journal.append('run-b', started(two!, 'Other'));
  journal.append('run-c', started(one!, 'First again'));
  expect(journal.findRun(one!)).toBe('run-c');
  expect(journal.findRun({ forge: 'local', number: 9 })).toBeNull();
  expect(journal.runs().map(({ run, title }) => `${run} ${title}`)).toEqual([
    'run-c First again',
    'run-b Other',
    'run-a First',
  ]);
  journal.close();
});

test('nothing that was written is ever changed or deleted', () => {
  const journal = openJournal(file, now);
  journal.append('run-1', cancelled);
  journal.close();
  const database = new DatabaseSync(file);
  expect(() => database.exec("UPDATE events SET body = '{}'")).toThrow('append-only');
  expect(() => database.exec('DELETE FROM events')).toThrow('append-only');
  expect(() =>
    database.exec(
      "INSERT OR REPLACE INTO events (seq, run, at, type, body) VALUES (1, 'r', 'a', 't', '{}')",
    ),
  ).toThrow('append-only');
  database.close();
});

test('a journal of a newer version is refused, and stays as it is', () => {
  openJournal(file, now).close();
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  expect(problemOf(() => openJournal(file, now))).toMatchObject({
    code: 'journal-newer',
    version: 99,
  });
});

test('a file that is no journal is refused, and stays as it is', () => {
  writeFileSync(file, 'these are words and no database at all, '.repeat(100));
  expect(problemOf(() => openJournal(file, now))).toMatchObject({ code: 'journal-corrupt', file });
});

test('looking for a journal makes none', () => {
  expect(openExistingJournal(file, now)).toBeNull();
  expect(existsSync(file)).toBe(false);
});

/** Appends in a process of its own. */
function appendElsewhere(run: string, count: number): Promise<unknown> {
  const script = `
    import { openJournal } from ${JSON.stringify(new URL('sqlite-journal.ts', import.meta.url).href)};
    const journal = openJournal(${JSON.stringify(file)}, () => new Date());
    for (let task = 1; task <= ${count}; task += 1)
      journal.append(${JSON.stringify(run)}, { type: task % 10 === 0 ? 'push-intended' : 'task-cancelled', task });
    journal.close();`;
  return execute(process.execPath, ['--input-type=module', '-e', script]);
}

test('other processes write at the same time, and a reader sees every event once and in order', async () => {
  const journal = openJournal(file, now);
  const stop = new AbortController();
  const writers = Promise.all([
    appendElsewhere('run-1', 100),
    appendElsewhere('run-1', 100),
    appendElsewhere('run-2', 100),
  ]);
  const seen: number[] = [];
  for await (const event of journal.follow('run-1', 0, stop.signal)) {
    seen.push(event.seq);
    if (seen.length === 200) stop.abort();
  }
  await writers;
  expect(seen).toEqual(journal.read('run-1', 0).map(({ seq }) => seq));
  expect(journal.read('run-2', 0)).toHaveLength(100);
  journal.close();
});

test('a writer that is killed leaves whole events only', async () => {
  const journal = openJournal(file, now);
  const script = `
    import { openJournal } from ${JSON.stringify(new URL('sqlite-journal.ts', import.meta.url).href)};
    const journal = openJournal(${JSON.stringify(file)}, () => new Date());
    for (let task = 1; ; task += 1) {
      journal.append('run-1', { type: 'task-cancelled', task });
      if (task === 300) process.kill(process.pid, 'SIGKILL');
    }`;
  await expect(
    execute(process.execPath, ['--input-type=module', '-e', script]),
  ).rejects.toMatchObject({ signal: 'SIGKILL' });
  const tasks = journal.read('run-1', 0).map((event) => ('task' in event ? event.task : null));
  expect(tasks).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  journal.append('run-1', cancelled);
  journal.close();
});
