import type { JournalEvent } from '../event/event.ts';
import type { TrainJoined } from '../event/merge-event.ts';
import type {
  ContinueRequested,
  PauseRequested,
  RunEnded,
  SettingsChanged,
} from '../event/run-event.ts';
import { withChanges, type ChangedSettings, type RunSettings } from '../options/run-settings.ts';
import { conflictsAfter } from '../merge/conflict.ts';
import type { Plan, PlannedTask } from '../plan/plan.ts';
import { advanceTrain } from '../merge/train.ts';
import { advanceTask } from './fold-task.ts';
import { newTask } from './new-task.ts';
import { withTasksAdded } from './fold-added.ts';
import { isOver, type TaskState } from './task-state.ts';
import type { RunState } from './run-state.ts';
import { advanceFate } from './pull-fates.ts';
import { withAskingFinding } from './asking-finding.ts';
import { advanceQuestions } from './question-state.ts';
import { advanceReplies } from './reply-state.ts';
import { advanceRounds } from './rounds.ts';
import { advanceUndos } from './undo-state.ts';
import { closeSpans } from './work-span.ts';

/** The state of a run after its events so far; null before its first. Throws when the first event is not `run-started`. */
export function foldRun(events: Iterable<JournalEvent>): RunState | null {
  let state: RunState | null = null;
  for (const event of events) state = advanceRun(state, event);
  return state;
}

/** The state after one more event. */
export function advanceRun(state: RunState | null, event: JournalEvent): RunState {
  if (state === null) {
    if (event.type !== 'run-started')
      throw new Error(`A run's journal begins with ${event.type}, not with run-started`);
    return beginRun(event);
  }
  const next = advance(state, event);
  return {
    ...next,
    pauses: pausesAfter(state, next, event),
    train: advanceTrain(next.train, event),
    grounds: groundsAfter(next, event),
    questions: advanceQuestions(next.questions, event),
    undos: advanceUndos(next.undos, event),
    findings: withAskingFinding(next.findings, event),
    replies: advanceReplies(next.replies, event),
    updatedAt: event.at,
  };
}

/** A pause is over when another one begins, when the run continues, and when its orchestrator's work ends. */
function pausesAfter(
  before: RunState,
  { pause, isPauseAsked }: RunState,
  event: JournalEvent,
): RunState['pauses'] {
  const { pauses } = before;
  const isSame = pause === before.pause && isPauseAsked === before.isPauseAsked;
  const isEnded = event.type === 'run-ended';
  if (isSame && !isEnded && event.type !== 'run-resumed') return pauses;
  const closed = closeSpans(pauses, event.type === 'run-resumed' ? before.updatedAt : event.at);
  const reason = isPauseAsked ? 'asked' : pause?.reason;
  return reason === undefined || isEnded
    ? closed
    : [...closed, { reason, from: event.at, to: null }];
}

function groundsAfter({ grounds }: RunState, event: JournalEvent): RunState['grounds'] {
  switch (event.type) {
    case 'run-resumed':
    case 'phase-begun':
      return [event.base.sha];
    case 'merge-done':
      return [...grounds, event.sha];
    default:
      return grounds;
  }
}

function advance(state: RunState, event: JournalEvent): RunState {
  if ('task' in event && event.task !== null) {
    const ordinal = event.task;
    const tasks = state.tasks.map((task) =>
      task.ordinal === ordinal
        ? {
            ...advanceTask(task, event),
            fate: advanceFate(task.fate, event),
            rounds: advanceRounds(task, event),
          }
        : task,
    );
    if (event.type === 'task-stacked' || event.type === 'task-restacked')
      return { ...state, tasks, plan: state.plan && withStacks(state.plan, tasks) };
    if (event.type === 'control-intended')
      return { ...state, tasks, spans: spansBeforeControl(state, event.at) };
    return event.type === 'unexpected'
      ? noteUnexpected({ ...state, tasks }, event)
      : { ...state, tasks };
  }
  switch (event.type) {
    case 'run-started':
    case 'run-resumed':
      return {
        ...taken(state, event),
        ...(event.base.sha === state.base.sha ? {} : unchecked(state)),
      };
    case 'phase-begun':
      return {
        ...state,
        base: event.base,
        merging: null,
        ...(event.base.sha === state.base.sha ? {} : unchecked(state)),
      };
    case 'check-changes-accepted':
      return { ...state, settings: { ...state.settings, areCheckChangesAccepted: true } };
    case 'issue-read':
      return { ...state, issueDigest: event.digest };
    case 'planned':
      return {
        ...state,
        plan: withStacks(event.plan, tasksOfPlan(state.tasks, event.plan, event.at)),
        findings: event.plan.findings,
        tasks: tasksOfPlan(state.tasks, event.plan, event.at),
      };
    case 'tasks-added':
      return withTasksAdded(state, event);
    case 'finding-raised':
      return { ...state, findings: [...state.findings, event.finding] };
    case 'base-checked':
      return {
        ...state,
        baseChecks: event.checks,
        artefacts: event.artefacts,
        changedByChecks: event.changed ?? [],
      };
    case 'base-seen-on-forge':
      return { ...state, baseOnForge: { checks: event.checks, failed: event.failed } };
    case 'red-base-accepted':
      return { ...state, isRedBaseAccepted: true };
    case 'drain-requested':
      return { ...state, drain: event.how };
    case 'cancel-requested':
      return {
        ...state,
        isCancelRequested: state.isCancelRequested || event.tasks === null,
        tasks: state.tasks.map((task) => askToCancel(task, event.tasks)),
      };
    case 'settings-changed':
    case 'pause-requested':
    case 'continue-requested':
      return steered(state, event);
    case 'run-paused':
      return {
        ...state,
        pause: { reason: event.reason, message: event.message, until: event.until },
      };
    case 'run-continued':
      return { ...state, pause: null };
    case 'diagnosis-done':
      return {
        ...state,
        diagnosis: { number: event.number, url: event.url, isOver: event.isOver ?? false },
      };
    case 'run-ended':
      return {
        ...state,
        ended: event.how,
        // What is over is not paused any more: what is started again later begins at once.
        isPauseAsked: state.isPauseAsked && !final.has(event.how),
        merging: null,
        endedAt: event.at,
        spans: closeSpans(state.spans, event.at),
        // No agent is running any more: what was between two steps waits for the next start.
        tasks: state.tasks.map((task) =>
          task.status === 'running' ? { ...task, status: 'queued' } : task,
        ),
      };
    case 'conflicts-seen':
      return { ...state, conflicts: conflictsAfter(state.conflicts, event) };
    case 'union-begun':
      return { ...withoutWaiting(state), merging: 'judging' };
    case 'union-judged':
      return { ...state, merging: null, union: event.verdict, mergeOrder: event.cars ?? [] };
    case 'conclusion-done':
      return concluded(state, event);
    case 'train-planned':
      return { ...withoutWaiting(state), merging: 'merging', tasks: state.tasks.map(notLeft) };
    case 'train-joined':
      return { ...state, tasks: state.tasks.map((task) => joined(task, event)) };
    case 'train-ended':
      return { ...state, merging: null };
    case 'unexpected':
      return noteUnexpected(state, event);
    default:
      return state;
  }
}

/** What somebody wants of a run while it goes on. */
function steered(
  state: RunState,
  event: SettingsChanged | PauseRequested | ContinueRequested,
): RunState {
  if (event.type !== 'settings-changed')
    return { ...state, isPauseAsked: event.type === 'pause-requested' };
  return {
    ...state,
    settings: withChanges(state.settings, event.settings),
    changedSettings: { ...state.changedSettings, ...event.settings },
  };
}

/** Ends after which nothing is left that a pause could hold back. */
const final: ReadonlySet<RunEnded['how']> = new Set(['finished', 'cancelled', 'refused']);

/** What runs alone afterwards is no part of the run's time, and neither is a start that did nothing else. */
function spansBeforeControl({ spans, tasks }: RunState, at: string): RunState['spans'] {
  const open = spans.at(-1);
  if (open === undefined || open.to !== null) return spans;
  const isIdle = spans.length > 1 && tasks.every(({ updatedAt }) => updatedAt < open.from);
  return isIdle ? spans.slice(0, -1) : closeSpans(spans, at);
}

function beginRun(event: JournalEvent & { type: 'run-started' }): RunState {
  return {
    run: event.run,
    issue: event.issue,
    title: event.title,
    source: event.source,
    base: event.base,
    firstBase: event.base.sha,
    grounds: [event.base.sha],
    settings: event.settings,
    changedSettings: {},
    only: event.only,
    orchestrator: event.orchestrator,
    issueDigest: null,
    plan: null,
    added: [],
    findings: [],
    baseChecks: null,
    baseOnForge: null,
    isRedBaseAccepted: false,
    artefacts: [],
    changedByChecks: [],
    tasks: [],
    drain: 'none',
    diagnosis: null,
    isCancelRequested: false,
    questions: [],
    replies: [],
    isPauseAsked: false,
    pause: null,
    pauses: [],
    ended: null,
    startedAt: event.at,
    endedAt: null,
    spans: [{ from: event.at, to: null }],
    updatedAt: event.at,
    conflicts: [],
    merging: null,
    union: null,
    mergeOrder: [],
    train: null,
    undos: [],
    isIssueClosed: false,
    unexpected: [],
  };
}

/** A new train tries again what the last one left. */
function notLeft(task: TaskState): TaskState {
  return task.left === null ? task : { ...task, left: null };
}

function joined(task: TaskState, { cars }: TrainJoined): TaskState {
  return cars.some((car) => car.task === task.ordinal) ? notLeft(task) : task;
}

function askToCancel(task: TaskState, ordinals: readonly number[] | null): TaskState {
  const isMeant = (ordinals?.includes(task.ordinal) ?? true) && !isOver(task);
  return isMeant ? { ...task, isCancelRequested: true } : task;
}

function taken(
  state: RunState,
  event: JournalEvent & { type: 'run-started' | 'run-resumed' },
): RunState {
  return {
    ...state,
    base: event.base,
    settings: event.settings,
    changedSettings: stillChanged(state.changedSettings, event.settings),
    only: event.only,
    added: [],
    orchestrator: event.orchestrator,
    drain: 'none',
    isCancelRequested: false,
    pause: null,
    // This start has read the issue as it is by now.
    findings: state.findings.filter(({ kind }) => kind !== 'issue-edited'),
    merging: null,
    ended: null,
    endedAt: null,
    // Of an orchestrator that died, its last event says how long it worked.
    spans: [...closeSpans(state.spans, state.updatedAt), { from: event.at, to: null }],
  };
}

/** What was changed before and holds for this start, too: it gave nothing else. */
function stillChanged(changes: ChangedSettings, { given }: RunSettings): ChangedSettings {
  const values: Readonly<Record<string, unknown>> = given;
  return Object.fromEntries(
    Object.entries(changes).filter(([key, value]) => values[key] === value),
  );
}

function concluded(
  state: RunState,
  { tasks, isWhole }: JournalEvent & { type: 'conclusion-done' },
): RunState {
  const mark = (task: TaskState): TaskState =>
    tasks.includes(task.ordinal) ? { ...task, isConcluded: true } : task;
  return {
    ...state,
    tasks: state.tasks.map(mark),
    isIssueClosed: state.isIssueClosed || isWhole,
  };
}

/** Another base is another thing to check: nothing that was found of the old one holds for it. */
function unchecked(
  state: RunState,
): Pick<
  RunState,
  'baseChecks' | 'baseOnForge' | 'isRedBaseAccepted' | 'artefacts' | 'changedByChecks' | 'findings'
> {
  const findings = state.findings.filter(({ kind }) => kind !== 'red-base');
  return {
    ...{ baseChecks: null, baseOnForge: null, isRedBaseAccepted: false },
    ...{ artefacts: [], changedByChecks: [], findings },
  };
}

function noteUnexpected(state: RunState, event: JournalEvent & { type: 'unexpected' }): RunState {
  const note = { task: event.task, message: event.message };
  return { ...state, unexpected: [...state.unexpected, note] };
}

/** What stands on another's branch by now, or on none, whatever was planned. */
function withStacks(plan: Plan, known: readonly TaskState[]): Plan {
  const standing = new Map(
    known.flatMap(({ ordinal, stackedOn, restacked }) => {
      const ground = stackedOn ?? restacked;
      return ground === null ? [] : [[ordinal, ground.on]];
    }),
  );
  if (standing.size === 0) return plan;
  const stackOn = ({ ordinal, stackOn: planned }: PlannedTask): number | null => {
    const on = standing.get(ordinal);
    return on === undefined ? planned : on;
  };
  return { ...plan, tasks: plan.tasks.map((task) => ({ ...task, stackOn: stackOn(task) })) };
}

/** A new plan keeps what is known of tasks that are still in it. */
function tasksOfPlan(known: readonly TaskState[], plan: Plan, at: string): readonly TaskState[] {
  return plan.tasks.map((task) => {
    const before = known.find(({ ordinal }) => ordinal === task.ordinal);
    if (before === undefined) return newTask(task, at);
    // One that has not begun may start from what the new plan says.
    const restacked = before.workspace === null ? null : before.restacked;
    return { ...before, restacked, title: task.title };
  });
}

/** A run that goes on to merging no longer waits for approval. */
function withoutWaiting(state: RunState): RunState {
  return state.pause?.reason === 'unapproved' ? { ...state, pause: null } : state;
}
