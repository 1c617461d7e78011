import { dirname } from 'node:path';
import type { KnownRepository } from '../app/glance-runs.ts';
import { isWorkedOn } from '../app/run/until-done.ts';
import { watchDirectory } from '../files/watch-directory.ts';
import type { Journal } from '../journal/journal.ts';
import { openExistingJournal } from '../journal/sqlite-journal.ts';
import type { JournalEvent } from '../model/event/event.ts';
import { openRunFold } from '../model/state/run-fold.ts';
import type { RunState } from '../model/state/run-state.ts';
import { openTimeline, type TaskLane } from '../reporting/timeline/task-bars.ts';
import { openEventLines } from '../reporting/words/event-lines.ts';
import type { RunPage, StoryLine } from './page-data.ts';
import { runPage } from './run-page.ts';

/** A run that somebody looks at. */
export type WatchedRun = {
  readonly repository: string;
  readonly state: () => RunState;
  readonly page: () => RunPage;
  /** The story of the run after a sequence number, at most its last thousand lines. */
  readonly lines: (after: number) => readonly StoryLine[];
  /** Resolves when there is something newer than what a page showed, or on the signal. */
  readonly changed: (since: Seen, signal: AbortSignal) => Promise<void>;
  readonly seen: () => Seen;
  readonly release: () => void;
  readonly close: () => void;
};

/** How far somebody has seen a run. */
export type Seen = {
  readonly seq: number;
  readonly isAlive: boolean;
  /** False since its journal cannot be read on. */
  readonly isWhole: boolean;
};

const mostLines = 1_000;
/** A death writes no event: it is looked for this often. */
const lookMs = 1_000;

export type WatchParams = {
  readonly known: KnownRepository;
  readonly run: string;
  /** What the run's addresses are made of. */
  readonly id: string;
  readonly onRelease: () => void;
};

/** Reads a run and follows it until `close`; null when the repository has no such run. */
export async function watchRun(params: WatchParams): Promise<WatchedRun | null> {
  const { known, run, id, onRelease } = params;
  const journal = openExistingJournal(known.journal, () => new Date());
  if (journal === null) return null;
  const folding = openFolding();
  let isWhole = readOn(journal, run, folding);
  const first = folding.state();
  if (first === null) {
    journal.close();
    return null;
  }
  const state = (): RunState => folding.state() ?? first;
  let isAlive = await isWorkedOn(state());
  let wake = Promise.withResolvers<void>();
  const tell = (): void => {
    const { resolve } = wake;
    wake = Promise.withResolvers();
    resolve();
  };
  const look = (): void => {
    const before = folding.seq();
    // What cannot be read, the page says.
    if (!isWhole) return;
    isWhole = readOn(journal, run, folding);
    if (!isWhole || folding.seq() !== before) tell();
  };
  const lookForDeath = async (): Promise<void> => {
    const now = await isWorkedOn(state());
    if (now === isAlive) return;
    // Its last words come before its death, but may be read after it.
    look();
    isAlive = now;
    tell();
  };
  const watcher = watchDirectory(dirname(known.journal), look);
  const timer = setInterval(() => {
    look();
    void lookForDeath().catch(() => undefined);
  }, lookMs).unref();
  return {
    repository: known.repository,
    state,
    page: () =>
      runPage(
        { id, repository: known.repository, state: state(), isWhole, isAlive },
        { lanes: folding.lanes(), seq: folding.seq(), now: Date.now() },
      ),
    lines: folding.lines,
    seen: () => ({ seq: folding.seq(), isAlive, isWhole }),
    changed: async (since, signal) => {
      const left = aborted(signal);
      const isSame = (): boolean =>
        since.seq === folding.seq() && since.isAlive === isAlive && since.isWhole === isWhole;
      while (!signal.aborted && isSame()) await Promise.race([wake.promise, left]);
    },
    release: onRelease,
    close: () => {
      clearInterval(timer);
      watcher.close();
      journal.close();
    },
  };
}

/** Takes what is new in a run; false where that cannot be read, or does not fit what came before. */
function readOn(journal: Journal, run: string, { seq, take }: Folding): boolean {
  try {
    return journal.scan(run, seq(), take) === null;
  } catch {
    return false;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** What a page needs of a run's events, as they come. */
type Folding = {
  readonly take: (event: JournalEvent) => void;
  /** Null before the first event. */
  readonly state: () => RunState | null;
  readonly seq: () => number;
  readonly lanes: () => readonly TaskLane[];
  readonly lines: (after: number) => readonly StoryLine[];
};

/** Most events, of which the story says nothing: the state is not asked for after each of them. */
const silent = new Set<JournalEvent['type']>(['heartbeat', 'activity-seen', 'usage-reported']);

function openFolding(): Folding {
  const fold = openRunFold();
  const timeline = openTimeline();
  const lines: StoryLine[] = [];
  const lineOf = openEventLines(new Intl.DateTimeFormat().resolvedOptions().timeZone);
  let seq = 0;
  return {
    take: (event) => {
      fold.take(event);
      seq = event.seq;
      timeline.take(event);
      const state = silent.has(event.type) ? null : fold.state();
      const text = state === null ? null : lineOf(state, event);
      if (text === null) return;
      lines.push({ seq, text });
      if (lines.length > 2 * mostLines) lines.splice(0, lines.length - mostLines);
    },
    state: fold.state,
    seq: () => seq,
    lanes: timeline.lanes,
    lines: (after) => lines.filter((line) => line.seq > after).slice(-mostLines),
  };
}
