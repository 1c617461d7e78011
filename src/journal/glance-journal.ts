import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { DatabaseSync } from 'node:sqlite';
import { tellDamage } from '../files/sqlite-damage.ts';
import type { RunEvent } from '../model/event/event.ts';
import { advanceRun } from '../model/state/fold-run.ts';
import type { RunState } from '../model/state/run-state.ts';
import { UserError } from '../model/user-error.ts';
import { readRow, type EventRow } from './event-row.ts';
import { everyRun, newestEvents, outlineFrom, type JournalOutline } from './journal-outline.ts';
import { openKeptRuns } from './kept-runs.ts';
import { readThrough } from './read-through.ts';
import { version } from './sqlite-journal.ts';

/** A run as a glance at its journal shows it: what its agents do now is left out. */
export type GlancedRun<T> = {
  /** What was made of its state. */
  readonly seen: T;
  /** False where its journal is damaged: the state is as far as that can be read. */
  readonly isWhole: boolean;
};

/** The same with its state itself. */
export type GlancedState = {
  readonly state: RunState;
  /** False where its journal is damaged: the state is as far as that can be read. */
  readonly isWhole: boolean;
  /** The newest event that the state shows. */
  readonly seq: number;
};

export type GlanceParams<T> = {
  /** Where is kept what was made of runs. */
  readonly folder: string;
  /** Makes plain JSON of the state of a run, which is kept while the run has no newer event. */
  readonly see: (state: RunState) => T;
  /** Of the program, see `KeepParams`. */
  readonly version: string;
  readonly now: () => Date;
};

/**
 * Looks at a journal without opening it for writing: at its newest run and at those that are not over, and of these only
 * at what says how they stand. Throws a `UserError` when it cannot be read at all.
 */
export function glanceJournal<T>(
  file: string,
  { see, folder, version: maker, now }: GlanceParams<T>,
): readonly GlancedRun<T>[] {
  return readOnly(file, (database, columns) => {
    const { runs, outline } = chosenRuns(database, columns);
    using kept = openKeptRuns({ file, folder, outline, kind: 'glanced', version: maker, now });
    return readThrough(kept, runs, (run) => {
      const { state, isWhole, events } = foldGlanced({ database, columns, run });
      const value = state && { seen: see(state), isWhole };
      return { value, events, isWhole };
    }).filter((glanced) => glanced !== null);
  });
}

/**
 * The same for who looks again and again: of runs that were seen `before` in this very file, it goes on from there, and
 * nothing is kept on the disk.
 */
export function glanceStates(
  file: string,
  before: readonly GlancedState[] = [],
): readonly GlancedState[] {
  const known = new Map(before.map((seen) => [seen.state.run, seen]));
  return readOnly(file, (database, columns) =>
    chosenRuns(database, columns).runs.flatMap((run): GlancedState[] => {
      const seen = known.get(run);
      if (seen?.isWhole === false) return [seen];
      const { state, isWhole, seq } = foldGlanced({ database, columns, run, before: seen });
      return state === null ? [] : [{ state, isWhole, seq }];
    }),
  );
}

function readOnly<T>(file: string, read: (database: DatabaseSync, columns: Columns) => T): T {
  const damaged = (why: string) => ({ code: 'journal-corrupt' as const, file, why });
  return tellDamage({ file, damaged }, () => {
    const database = openForReading(file);
    try {
      return read(database, columnsOf(database, file));
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

/** The columns of this journal as this version reads them: all, and the checksum alone. */
type Columns = { readonly all: string; readonly checksum: string };

function columnsOf(database: DatabaseSync, file: string): Columns {
  const found = database.prepare('PRAGMA user_version').get() as { user_version: number };
  const known = found.user_version;
  if (known > version)
    throw new UserError({ code: 'journal-newer', file, version: known, known: version });
  if (known < 1) throw new SyntaxError('it is no journal of Flotilla');
  const [previous, checksum] =
    known < 2 ? ['NULL AS previous', 'NULL AS checksum'] : ['previous', 'checksum'];
  return { all: `seq, run, at, body, ${previous}, ${checksum}`, checksum };
}

type Chosen = { readonly runs: readonly string[]; readonly outline: JournalOutline };

/** The newest run, and those whose last event does not say that they are over. */
function chosenRuns(database: DatabaseSync, { checksum }: Columns): Chosen {
  const started = database
    .prepare("SELECT run FROM events WHERE type = 'run-started' ORDER BY seq DESC LIMIT 1")
    .get() as { run: string } | undefined;
  const last = database.prepare(
    `${everyRun} SELECT newest.run, newest.seq, newest.type, ${checksum},
      CASE newest.type WHEN 'run-ended' THEN newest.body END AS body FROM ${newestEvents}`,
  );
  const ends = last.all() as LastEvent[];
  const runs = ends.filter((end) => end.run === started?.run || !isOver(end));
  const { schema_version } = database.prepare('PRAGMA schema_version').get() as Schema;
  return { runs: runs.map(({ run }) => run), outline: outlineFrom(ends, schema_version) };
}

type Schema = { readonly schema_version: number };

type LastEvent = Pick<EventRow, 'run' | 'seq' | 'checksum'> & {
  readonly type: RunEvent['type'];
  /** Only of one that ends a run. */
  readonly body: string | null;
};

function isOver({ type, body }: LastEvent): boolean {
  if (type !== 'run-ended' || body === null) return false;
  const { how } = JSON.parse(body) as Extract<RunEvent, { type: 'run-ended' }>;
  return how === 'finished' || how === 'cancelled' || how === 'refused';
}

/** Most of a journal: what agents do and use, which says nothing of how a run stands. */
const passedOver = ['heartbeat', 'activity-seen', 'stage-changed', 'usage-reported', 'forge-used'];

/** A run as far as it was read. */
type Folded = Omit<GlancedState, 'state'> & {
  /** Null where not even its beginning can be read. */
  readonly state: RunState | null;
  /** How many events were read for it. */
  readonly events: number;
};

function foldGlanced(params: {
  readonly database: DatabaseSync;
  readonly columns: Columns;
  readonly run: string;
  /** What is known of it already. */
  readonly before?: GlancedState | undefined;
}): Folded {
  const { database, columns, run, before } = params;
  const marks = passedOver.map(() => '?').join(', ');
  const rows = database
    .prepare(
      `SELECT ${columns.all} FROM events WHERE run = ? AND seq > ? AND type NOT IN (${marks}) ORDER BY seq`,
    )
    .iterate(run, before?.seq ?? 0, ...passedOver);
  let [state, seq, events]: [RunState | null, number, number] = [
    before?.state ?? null,
    before?.seq ?? 0,
    0,
  ];
  for (const row of rows as Iterable<EventRow>) {
    const found = readRow(row, null);
    const next: RunState | null = found.ok ? folded(state, found.event) : null;
    if (next === null) return { state, isWhole: false, seq, events };
    state = next;
    seq = row.seq;
    events += 1;
  }
  return { state, isWhole: true, seq, events };
}

/** Null for an event that cannot follow those before it: the journal is damaged there. */
function folded(...[state, event]: Parameters<typeof advanceRun>): RunState | null {
  try {
    return advanceRun(state, event);
  } catch {
    return null;
  }
}
