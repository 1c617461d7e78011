import type { JournalEvent } from '../../model/event/event.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { ChangedSettings } from '../../model/options/run-settings.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { mergeIssue } from '../merge-issue.ts';
import type { MergeOutcome } from '../merge-outcome.ts';
import { orchestrate } from '../orchestrate-issue.ts';
import { findPlace, findRun } from '../place/find-place.ts';
import { openPlanning } from '../open-planning.ts';
import { addTasks } from '../steer/add-tasks.ts';
import { continueRun, pauseRun, setRun } from '../steer/steer-run.ts';
import { skipTask } from '../steer/skip-task.ts';
import type { PlannedIssue } from '../planned-issue.ts';
import type { AppContext, RunView, StopListener, StopParams } from '../user-interface.ts';
import { openEventQueue } from './event-queue.ts';
import type { MergeRequest, OpenRunRequest, PlanRequest, RunRequest, Where } from './requests.ts';

/**
 * Plans a master issue with what the repository and its past runs say, as `flotilla orchestrate --dry-run` does. Nothing
 * is begun. Throws a `UserError` for what the user must fix.
 */
export async function plan(request: PlanRequest): Promise<PlannedIssue> {
  const planning = await openPlanning(request.issue, request.options ?? {}, forProgram(request));
  return planning.plan();
}

/** A run that was asked for. Its events come in their order; a program that stops taking them does not stop the run. */
export type Running = AsyncIterable<JournalEvent> & {
  /** How the run stands when the work is over; null where there was nothing to do. Rejects as the iteration does. */
  readonly ended: Promise<RunState | null>;
};

/**
 * Works the sub-tasks of a master issue side by side until they are verified and published, and merges them where that is
 * asked for; continues the run that the issue has. It begins at once. Fails with a `UserError` for what the user must fix,
 * a refused plan included; tasks that fail are in the state.
 */
export function run(request: RunRequest): Running {
  const queue = openEventQueue<JournalEvent>();
  const context = forProgram(request, queue.put);
  const ended = orchestrate(request.issue, request.options ?? {}, context).then(
    ({ state }) => state,
  );
  ended.then(
    () => queue.end(),
    (error: unknown) => queue.end(error),
  );
  return { ended, [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator]() };
}

/**
 * Judges all verified pull requests of an issue's run together, and merges them one after another. Throws a `UserError`
 * for what the user must fix.
 */
export function merge(request: MergeRequest): Promise<MergeOutcome> {
  return mergeIssue(request.issue, request.options ?? {}, forProgram(request));
}

/** A run to look at and to steer, while any process works on it or after its end. */
export type OpenedRun = {
  readonly run: string;
  /** The run as its journal has it now. */
  readonly state: () => RunState;
  /** Its events from the first on, then each new one as it is written, until the signal; without one, those so far. */
  readonly events: (signal?: AbortSignal) => AsyncIterable<JournalEvent>;
  /** Changes settings while the run goes on; those that later starts give go before. */
  readonly set: (settings: ChangedSettings) => Promise<RunState>;
  /** Starts nothing new, in this start and later ones, until `continue`. */
  readonly pause: () => Promise<RunState>;
  readonly continue: () => Promise<RunState>;
  /** Leaves a task out that has not begun; rejects with a `UserError` when it has. */
  readonly skip: (task: number) => Promise<RunState>;
  /**
   * Adds the tasks that were written into the issue to its run. Rejects with a `UserError` as a start would, where a warning
   * or a negative verdict is not agreed to.
   */
  readonly add: (agreed?: {
    /** To warnings. */
    readonly yes?: boolean;
    /** To a negative verdict. */
    readonly force?: boolean;
  }) => Promise<RunState>;
  readonly close: () => void;
};

/** Opens a run to look at, and to steer while any process works on it. Throws a `UserError` when there is none. */
export async function openRun(request: OpenRunRequest = {}): Promise<OpenedRun> {
  const { directory, env } = forProgram(request);
  const where = { directory, env };
  const { journal, state } = await findRun(await findPlace(directory, env), request.issue);
  const { run: id } = state;
  return {
    run: id,
    set: async (settings) => (await setRun(id, settings, where)).state,
    pause: async () => (await pauseRun(id, where)).state,
    continue: async () => (await continueRun(id, where)).state,
    skip: async (task) => (await skipTask({ issue: id, task }, where)).state,
    add: async (agreed = {}) => (await addTasks(id, agreed, forProgram(request))).state,
    state: () => foldRun(journal.read(state.run, 0)) ?? state,
    events: (signal) =>
      signal === undefined
        ? soFar(journal.read(state.run, 0))
        : journal.follow(state.run, 0, signal),
    close: () => journal.close(),
  };
}

async function* soFar(events: readonly JournalEvent[]): AsyncGenerator<JournalEvent> {
  yield* events;
}

/** The context of a request of a program. `view` gets the events of its run. */
function forProgram(
  request: Where & Pick<RunRequest, 'signal' | 'drain' | 'confirm'>,
  take: RunView['take'] = () => undefined,
): AppContext {
  const { directory = process.cwd(), env = process.env, onNote = ignore, confirm } = request;
  return {
    directory,
    env: { ...env },
    user: {
      isProgram: true,
      note: onNote,
      warn: onNote,
      damaged: (damages) =>
        damages.forEach((damage) =>
          onNote(`The journal of ${damage.run ?? 'some runs'} is damaged.`),
        ),
      leftOut: ({ code }) => onNote(`Something was left out: ${code}`),
      canAsk: confirm !== undefined,
      confirm: confirm ?? (() => Promise.resolve(false)),
      width: null,
      terminal: null,
      showRun: () =>
        Promise.resolve({ take, note: onNote, aside: (talk) => talk(), stop: () => undefined }),
      listenForStop: (params) => listen(params, request),
    },
  };
}

function ignore(): void {
  // Nobody wants to know.
}

/** A program stops a run by its signals. Other processes nudge ours with SIGUSR2, which would end it unheard. */
function listen(params: StopParams, request: Pick<RunRequest, 'signal' | 'drain'>): StopListener {
  const [drain, now] = [new AbortController(), new AbortController()];
  let hasRunTimedOut = false;
  const endNow = (): void => {
    drain.abort();
    now.abort();
  };
  const onDrain = (): void => {
    if (drain.signal.aborted) return;
    drain.abort();
    params.onDrain();
  };
  const limit = params.runTimeoutSeconds;
  const timer =
    limit === null
      ? undefined
      : setTimeout(() => {
          hasRunTimedOut = true;
          endNow();
        }, limit * 1_000);
  const released = new AbortController();
  const whenAborted = (signal: AbortSignal | undefined, call: () => void): void => {
    if (signal?.aborted) call();
    else signal?.addEventListener('abort', call, { once: true, signal: released.signal });
  };
  whenAborted(params.lost, endNow);
  whenAborted(request.signal, endNow);
  whenAborted(request.drain, onDrain);
  process.on('SIGUSR2', params.onNudge);
  return {
    drain: drain.signal,
    now: now.signal,
    hasRunTimedOut: () => hasRunTimedOut,
    release: () => {
      clearTimeout(timer);
      released.abort();
      process.off('SIGUSR2', params.onNudge);
    },
  };
}
