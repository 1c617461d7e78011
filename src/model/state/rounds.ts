import type { JournalEvent } from '../event/event.ts';
import type { Failure } from '../failure/failure.ts';
import type { AttemptState, TaskState, RoundState } from './task-state.ts';

type Round = Pick<TaskState, 'rounds'>;

export const firstRound: RoundState = {
  ...{ began: 'first', attemptsBefore: 0, checkMs: 0 },
  ...{ outcome: null, failure: null, setup: null },
};

/** The rounds of a task after one more event of it. `task` is as it was before the event. */
export function advanceRounds(task: TaskState, event: JournalEvent): readonly RoundState[] {
  switch (event.type) {
    case 'setup-ended':
    case 'check-ended':
      return withCheck(goingOn(task), event.result.durationMs);
    case 'workspace-intended':
    case 'attempt-intended':
      return goingOn(task);
    case 'work-found':
      return event.work.kind === 'merged' ? ended(task, { outcome: 'succeeded' }) : task.rounds;
    case 'task-completed':
    case 'task-merged':
    case 'merge-done':
      return ended(task, { outcome: 'succeeded' });
    case 'task-failed':
      return ended(task, failedWith(task, event.failure));
    case 'task-cancelled':
      return ended(task, { outcome: 'cancelled' });
    case 'task-skipped':
      return ended(task, { outcome: 'skipped' });
    case 'task-blocked':
      return ended(task, { outcome: 'blocked' });
    case 'task-retried':
      return retried(task, event);
    case 'task-returned':
      return begun(task, 'returned');
    default:
      return task.rounds;
  }
}

/** How the task's first run ended: what was retried by itself belongs to it, what somebody asked for does not. */
export function firstOutcome({ rounds }: Round): RoundState['outcome'] {
  const later = rounds.findIndex(({ began }) => began !== 'first' && began !== 'automatic');
  return (later === -1 ? rounds : rounds.slice(0, later)).at(-1)?.outcome ?? null;
}

/** The failed rounds that a retry fixed. */
export function fixedRounds({ rounds }: Round): readonly RoundState[] {
  return rounds.flatMap((round, index) => {
    if (round.outcome !== 'succeeded' || round.began === 'returned') return [];
    const before = rounds.slice(0, index);
    const since = before.slice(before.findLastIndex(({ outcome }) => outcome === 'succeeded') + 1);
    return since.findLast(({ outcome }) => outcome === 'failed') ?? [];
  });
}

/** The attempts of a round; those for the merge train belong to none. */
export function attemptsOf(
  { rounds, attempts }: Pick<TaskState, 'rounds' | 'attempts'>,
  round: RoundState,
): readonly AttemptState[] {
  const next = rounds[rounds.indexOf(round) + 1];
  return attempts
    .slice(round.attemptsBefore, next?.attemptsBefore)
    .filter(({ why }) => why !== 'resolve');
}

/**
 * The round in which a task succeeded at once, with one attempt and nothing but its own branch in it: what it took can be
 * compared with the same done again. Null for a task that had another one.
 */
export function plainRound(task: TaskState): RoundState | null {
  const [round] = task.rounds;
  const isAlone = task.found === null && task.heldBy.length === 0 && task.stackedOn === null;
  if (round === undefined || round.outcome !== 'succeeded' || !isAlone) return null;
  const attempts = attemptsOf(task, round);
  const [first] = attempts;
  const isPlain = attempts.length === 1 && first?.why === 'first' && first.failure === null;
  return isPlain && first.result?.kind === 'exited' ? round : null;
}

/** A round that is over stays as it was. */
function ended({ rounds }: Round, end: Partial<RoundState>): readonly RoundState[] {
  const last = rounds.at(-1);
  return last === undefined || last.outcome !== null
    ? rounds
    : [...rounds.slice(0, -1), { ...last, ...end }];
}

function begun(
  task: Pick<TaskState, 'rounds' | 'attempts'>,
  began: RoundState['began'],
): readonly RoundState[] {
  return [...task.rounds, { ...firstRound, began, attemptsBefore: task.attempts.length }];
}

/** A blocked task continues without a word when the one below it has succeeded. */
function goingOn(task: TaskState): readonly RoundState[] {
  return task.rounds.at(-1)?.outcome === 'blocked' ? begun(task, 'resumed') : task.rounds;
}

function withCheck(rounds: readonly RoundState[], durationMs: number): readonly RoundState[] {
  const last = rounds.at(-1);
  if (last === undefined || last.outcome !== null) return rounds;
  return [...rounds.slice(0, -1), { ...last, checkMs: last.checkMs + Math.max(0, durationMs) }];
}

function failedWith(task: TaskState, failure: Failure): Partial<RoundState> {
  const setup = failure.reason === 'setup-failed' ? (task.workspace?.setup ?? null) : null;
  return { outcome: 'failed', failure, setup };
}

/** What a task that was retried by itself without a failure of its agent's had lost. */
const lostWorkspace: Failure = {
  reason: 'agent-failed',
  message: 'The workspace was deleted before its work was verified',
};

function retried(
  task: TaskState,
  { why, isFresh }: Extract<JournalEvent, { type: 'task-retried' }>,
): readonly RoundState[] {
  // Nothing had come of it: it is the same round, taken up again.
  const skipped = task.rounds.at(-1);
  if (skipped?.outcome === 'skipped')
    return [...task.rounds.slice(0, -1), { ...skipped, outcome: null }];
  const failure = task.attempts.at(-1)?.failure ?? lostWorkspace;
  const rounds = ended(task, failedWith(task, failure));
  const last = rounds.at(-1);
  const next = begun({ ...task, rounds }, why);
  // Verified work that could not be published was not for nothing: it belongs to the round that publishes it.
  if (last?.failure?.reason !== 'forge-error' || !task.isVerified || isFresh) return next;
  const { attemptsBefore, checkMs } = last;
  const emptied = { ...last, checkMs: 0 };
  return [...rounds.slice(0, -1), emptied, { ...firstRound, began: why, attemptsBefore, checkMs }];
}
