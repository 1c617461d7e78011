import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { DatabaseSync } from 'node:sqlite';
import { tellDamage } from '../files/sqlite-damage.ts';
import type { RunEvent } from '../model/event/event.ts';
import { advanceRun } from '../model/state/fold-run.ts';
import type { RunState } from '../model/state/run-state.ts';
import { UserError } from '../model/user-error.ts';
import { readRow, type EventRow } from './event-row.ts';
import { everyRun } from './journal-reader.ts';
import { version } from './sqlite-journal.ts';

/** A run as a glance at its journal shows it: what its agents do now is left out. */
export type GlancedRun = {
  readonly state: RunState;
  /** False where its journal is damaged: the state is as far as that can be read. */
  readonly isWhole: boolean;
  /** The newest event that the state shows. */
  readonly seq: number;
};

/**
 * Looks at a journal without opening it for writing: at its newest run and at those that are not over, and of these only
 * at what says how they stand. Of those that were seen before in this very file, it goes on from there. Throws a
 * `UserError` when it cannot be read at all.
 */
export function glanceJournal(
  file: string,
  before: readonly GlancedRun[] = [],
): readonly GlancedRun[] {
  const damaged = (why: string) => ({ code: 'journal-corrupt' as const, file, why });
  return tellDamage({ file, damaged }, () => {
    const database = openForReading(file);
    try {
      const columns = columnsOf(database, file);
      const known = new Map(before.map((seen) => [seen.state.run, seen]));
      return chosenRuns(database).flatMap((run) => {
        const seen = known.get(run);
        if (seen?.isWhole === false) return seen;
        return foldGlanced({ database, columns, run, seen: seen ?? null }) ?? [];
      });
    } finally {
      database.close();
    }
  });
}

/**
 * A journal that nobody uses has no log of writes next to it, and is read as it lies there, so that no file is made. Where
 * there is one, its newest events are in it.
 */
function openForReading(file: string): DatabaseSync {
  // Node 22 warns as soon as a file imports it, before any of our code can turn the warning off.
  const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite');
  const plain = (): DatabaseSync => new Database(file, { readOnly: true });
  if (existsSync(`${file}-wal`)) return plain();
  try {
    const still = new Database(`${pathToFileURL(file).href}?immutable=1`, { readOnly: true });
    still.exec('SELECT 1 FROM sqlite_schema');
    return still;
  } catch {
    // Node before 22.15 takes no such name, and somebody may just have begun to write.
    return plain();
  }
}

/** The columns of this journal as this version reads them. */
function columnsOf(database: DatabaseSync, file: string): string {
  const found = database.prepare('PRAGMA user_version').get() as { user_version: number };
  const known = found.user_version;
  if (known > version)
    throw new UserError({ code: 'journal-newer', file, version: known, known: version });
  if (known < 1) throw new SyntaxError('it is no journal of Flotilla');
  const sums = known < 2 ? 'NULL AS previous, NULL AS checksum' : 'previous, checksum';
  return `seq, run, at, body, ${sums}`;
}

/** The newest run, and those whose last event does not say that they are over. */
function chosenRuns(database: DatabaseSync): readonly string[] {
  const newest = database
    .prepare("SELECT run FROM events WHERE type = 'run-started' ORDER BY seq DESC LIMIT 1")
    .get() as { run: string } | undefined;
  const last = database.prepare(
    'SELECT type, body FROM events WHERE run = ? ORDER BY seq DESC LIMIT 1',
  );
  const runs = (database.prepare(everyRun).all() as { run: string }[]).map(({ run }) => run);
  return runs.filter((run) => run === newest?.run || !isOver(last.get(run)));
}

function isOver(row: unknown): boolean {
  const { type, body } = row as { readonly type: string; readonly body: string };
  if (type !== 'run-ended') return false;
  const { how } = JSON.parse(body) as Extract<RunEvent, { type: 'run-ended' }>;
  return how === 'finished' || how === 'cancelled' || how === 'refused';
}

/** Most of a journal: what agents do and use, which says nothing of how a run stands. */
const passedOver = ['heartbeat', 'activity-seen', 'stage-changed', 'usage-reported', 'forge-used'];

type Glancing = {
  readonly database: DatabaseSync;
  readonly columns: string;
  readonly run: string;
  readonly seen: GlancedRun | null;
};

function foldGlanced({ database, columns, run, seen }: Glancing): GlancedRun | null {
  const marks = passedOver.map(() => '?').join(', ');
  const rows = database
    .prepare(
      `SELECT ${columns} FROM events WHERE run = ? AND seq > ? AND type NOT IN (${marks}) ORDER BY seq`,
    )
    .iterate(run, seen?.seq ?? 0, ...passedOver);
  let state = seen?.state ?? null;
  let seq = seen?.seq ?? 0;
  for (const row of rows as Iterable<EventRow>) {
    const found = readRow(row, null);
    const next: RunState | null = found.ok ? folded(state, found.event) : null;
    if (next === null) return state && { state, isWhole: false, seq };
    state = next;
    seq = row.seq;
  }
  return state && { state, isWhole: true, seq };
}

/** Null for an event that cannot follow those before it: the journal is damaged there. */
function folded(...[state, event]: Parameters<typeof advanceRun>): RunState | null {
  try {
    return advanceRun(state, event);
  } catch {
    return null;
  }
}
