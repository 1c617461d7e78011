import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isCorrupt } from '../files/sqlite-damage.ts';
import { issueKey, type IssueRef } from '../model/issue/issue.ts';
import type { JournalEvent } from '../model/event/event.ts';
import { advanceRun } from '../model/state/fold-run.ts';
import type { RunState } from '../model/state/run-state.ts';
import { UserError, type JournalDamage } from '../model/user-error.ts';
import { eventColumns, readRow, rowOf, type EventRow, type EventValues } from './event-row.ts';
import { everyRun } from './journal-outline.ts';
import type { Journal, RunEntry } from './journal.ts';

/** Reads a journal's events, as far as they are what was written. */
export type JournalReader = {
  readonly read: (
    run: string,
    after: number,
  ) => { readonly events: JournalEvent[]; readonly damage: JournalDamage | null };
  readonly scan: Journal['scan'];
  /** The runs whose beginning can be read, newest first, and what is wrong besides events of those. */
  readonly beginnings: () => {
    readonly runs: RunEntry[];
    readonly losses: JournalDamage[];
  };
  readonly findRun: (issue: IssueRef) => string | null;
  /** Throws a `UserError` when the journal's last events are gone: what is written then would hide it. */
  readonly requireWhole: () => void;
};

/** A run's first event, as far as it can be read. */
type RunStart =
  | { readonly entry: RunEntry; readonly damage: null }
  | { readonly entry: null; readonly damage: JournalDamage };

/** Prepares to read a journal's database. */
export function openReader(database: DatabaseSync, file: string): JournalReader {
  const select = database.prepare(
    `SELECT ${eventColumns} FROM events WHERE run = ? AND seq > ? ORDER BY seq`,
  );
  // Many rows come faster as arrays; Node has that since 22.16.
  if ('setReturnArrays' in select) select.setReturnArrays(true);
  const first = database.prepare(
    `SELECT ${eventColumns} FROM events WHERE type = 'run-started' ORDER BY seq DESC`,
  );
  const all = database.prepare(`${everyRun} SELECT run FROM runs WHERE run IS NOT NULL`);
  const gone = lostEnd(database, file);
  const read: JournalReader['read'] = (run, after) => readRun({ select, file, run, after });
  const scan: Journal['scan'] = (run, after, take) => scanRun({ select, file, run, after }, take);
  const starts = (): RunStart[] => {
    const known = (first.all() as EventRow[]).map((row): RunStart => {
      const found = readRow(row, null);
      if (found.ok && found.event.type === 'run-started') {
        const { run, issue, title, source, at } = found.event;
        return { entry: { run, issue, title, source, startedAt: at }, damage: null };
      }
      const why = found.ok ? 'is no longer its beginning' : found.why;
      return { entry: null, damage: { file, run: row.run, seq: row.seq, why } };
    });
    const begun = new Set(known.map(({ entry, damage }) => entry?.run ?? damage?.run));
    const lost = (all.all() as { run: string }[]).filter(({ run }) => !begun.has(run));
    const why = 'is missing, its first';
    return [
      ...lost.map(({ run }) => ({ entry: null, damage: { file, run, seq: null, why } })),
      ...known,
    ];
  };
  const beginnings: JournalReader['beginnings'] = () => {
    const found = starts();
    const damages = found.flatMap(({ damage }) => damage ?? []);
    return {
      runs: found.flatMap(({ entry }) => entry ?? []),
      losses: [...damages, ...(gone === null ? [] : [gone])],
    };
  };
  const requireWhole = (): void => {
    if (gone !== null) throw new UserError({ code: 'journal-damaged', ...gone });
  };
  const findRun = (issue: IssueRef): string | null => {
    requireWhole();
    for (const { entry, damage } of starts()) {
      if (entry !== null && issueKey(entry.issue) === issueKey(issue)) return entry.run;
      // Its id says which run it belongs to.
      if (damage?.run?.startsWith(`orch-${issueKey(issue)}-`))
        throw new UserError({ code: 'journal-damaged', ...damage });
    }
    return null;
  };
  return { read, scan, beginnings, findRun, requireWhole };
}

type Reading = {
  readonly select: StatementSync;
  readonly file: string;
  readonly run: string;
  readonly after: number;
};

function readRun({ select, file, run, after }: Reading): ReturnType<JournalReader['read']> {
  const { rows, isWhole } = rowsOf(select, run, after);
  const events: JournalEvent[] = [];
  let before = after === 0 ? 0 : null;
  let isUnchecked = false;
  for (const values of rows) {
    const row = rowOf(values);
    const found = readRow(row, before);
    if (!found.ok) return { events, damage: { file, run, seq: row.seq, why: found.why } };
    events.push(found.event);
    before = row.seq;
    isUnchecked ||= row.checksum === null;
  }
  const misfit = isUnchecked && after === 0 ? firstMisfit(events) : null;
  if (misfit !== null) {
    const { seq } = events[misfit] ?? {};
    const damage = { file, run, seq: seq ?? null, why: 'does not fit those before it' };
    return { events: events.slice(0, misfit), damage };
  }
  const why = `after ${before ?? after} is in a part of the file that cannot be read`;
  return { events, damage: isWhole ? null : { file, run, seq: null, why } };
}

function scanRun(
  { select, file, run, after }: Reading,
  take: (event: JournalEvent) => void,
): JournalDamage | null {
  let before = after;
  try {
    for (const values of select.iterate(run, after)) {
      const [row] = valuesOf([values]).map(rowOf);
      if (row === undefined) continue;
      const found = readRow(row, before);
      if (!found.ok) return { file, run, seq: row.seq, why: found.why };
      take(found.event);
      before = row.seq;
    }
    return null;
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    const why = `after ${before} is in a part of the file that cannot be read`;
    return { file, run, seq: null, why };
  }
}

/** The index of the first event that cannot follow those before it: no checksum shows that these are as written. */
function firstMisfit(events: readonly JournalEvent[]): number | null {
  let state: RunState | null = null;
  for (const [index, event] of events.entries()) {
    try {
      state = advanceRun(state, event);
    } catch {
      return index;
    }
  }
  return null;
}

/** A run's rows; those before the first that the file cannot give, when there is such a one. */
function rowsOf(
  select: StatementSync,
  run: string,
  after: number,
): { readonly rows: readonly EventValues[]; readonly isWhole: boolean } {
  try {
    return { rows: valuesOf(select.all(run, after)), isWhole: true };
  } catch (error) {
    if (!isCorrupt(error)) throw error;
  }
  const rows: EventValues[] = [];
  try {
    for (const row of select.iterate(run, after)) rows.push(...valuesOf([row]));
  } catch (error) {
    if (!isCorrupt(error)) throw error;
  }
  return { rows, isWhole: false };
}

/** The types of rows do not know that they come as arrays, where the statement can give them so. */
function valuesOf(rows: readonly unknown[]): EventValues[] {
  const isOfArrays = Array.isArray(rows[0]);
  return (isOfArrays ? rows : rows.map((row) => Object.values(row as EventRow))) as EventValues[];
}

/** The database counts what it ever took: events at its end that are gone leave no gap, but this count. */
function lostEnd(database: DatabaseSync, file: string): JournalDamage | null {
  const counted = database
    .prepare(
      `SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'events') AS given, max(seq) AS last FROM events`,
    )
    .get() as { given: number | null; last: number | null };
  const missing = (counted.given ?? 0) - (counted.last ?? 0);
  if (missing <= 0) return null;
  const why = `its last ${missing === 1 ? 'event is' : `${missing} events are`} missing`;
  return { file, run: null, seq: null, why };
}
