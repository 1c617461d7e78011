import type {
  AttemptResult,
  ChangedFile,
  JournalEvent,
  PauseReason,
  RunEnded,
  RunSettings,
  Stage,
} from './event.ts';
import { conflictsAfter, type SeenConflict } from './conflict.ts';
import { failureType, type CheckResult, type Failure } from './failure.ts';
import type { IssueDigest } from './issue-digest.ts';
import type { IssueRef } from './issue.ts';
import type { Finding, Plan, PlannedTask } from './plan.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { UnionVerdict } from './union.ts';

/** What a task is, as scripts see it. */
export type TaskStatus =
  | 'queued'
  | 'running'
  | 'blocked'
  | 'completed'
  | 'merged'
  | 'failed'
  | 'cancelled';

/** One task of a run, folded from its events. */
export type TaskState = {
  readonly ordinal: number;
  readonly title: string;
  readonly status: TaskStatus;
  readonly stage: Stage;
  /** 0 to 100, from the stages that were reached: evidence, not time. */
  readonly progress: number;
  readonly issueNumber: number | null;
  readonly issueUrl: string | null;
  readonly workspace: WorkspaceState | null;
  /** How many attempts there had been when the workspace was made: those after worked in it. */
  readonly workspaceSince: number;
  readonly attempts: readonly AttemptState[];
  readonly head: string | null;
  readonly commits: readonly { readonly sha: string; readonly subject: string }[];
  readonly files: readonly ChangedFile[];
  readonly leftovers: readonly string[];
  /** The checks of the newest attempt. */
  readonly checks: readonly CheckResult[];
  readonly notes: readonly string[];
  readonly isVerified: boolean;
  /** The head that was pushed. */
  readonly pushedHead: string | null;
  readonly pullRequest: {
    readonly number: number;
    readonly url: string;
    readonly state: 'open' | 'merged' | 'closed';
  } | null;
  readonly failure: Failure | null;
  /** What the round before this one failed with; null in the first. */
  readonly lastFailure: Failure | null;
  /** How many attempts belong to rounds before this one: a retry begins a new round. */
  readonly attemptsBefore: number;
  /** Retries in this round that nobody asked for. */
  readonly automaticRetries: number;
  readonly isCancelRequested: boolean;
  /** Effects that were intended and are not yet known to be done. */
  readonly unknown: readonly ('sub-issue' | 'workspace' | 'attempt' | 'push' | 'pull-request')[];
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly lastActivityAt: string | null;
  readonly lastActivity: string | null;
  /** The time of the newest event about it. */
  readonly updatedAt: string;
};

export type WorkspaceState = {
  readonly path: string;
  readonly branch: string;
  readonly baseSha: string;
  readonly state: 'intended' | 'ready' | 'removed';
  readonly setup: CheckResult | null;
};

/** One run of one agent. */
export type AttemptState = {
  readonly attempt: number;
  readonly agent: string;
  readonly why: 'first' | 'fix-checks' | 'retry';
  /** The check that it was to mend. */
  readonly fixes: CheckResult | null;
  readonly directory: string;
  readonly keeper: ProcessIdentity | null;
  readonly session: string | null;
  readonly model: string | null;
  readonly costUsd: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly result: AttemptResult | null;
  readonly claim: string | null;
  /** What spoke against it when it ended, before anything was verified. */
  readonly failure: Failure | null;
  /** The head of the branch after it. */
  readonly head: string | null;
};

/** A run, folded from its events. Everything that people look at is a function of this. */
export type RunState = {
  readonly run: string;
  readonly issue: IssueRef;
  readonly title: string;
  readonly source: string;
  readonly base: { readonly branch: string; readonly sha: string };
  readonly settings: RunSettings;
  /** The tasks that the newest orchestrator was told to work on; null: all. */
  readonly only: readonly number[] | null;
  readonly orchestrator: ProcessIdentity;
  /** What the issue asked for when it was last planned; null where it was not noted. */
  readonly issueDigest: IssueDigest | null;
  readonly plan: Plan | null;
  readonly findings: readonly Finding[];
  readonly baseChecks: readonly CheckResult[] | null;
  readonly artefacts: readonly string[];
  /** In the order of their ordinals. */
  readonly tasks: readonly TaskState[];
  readonly drain: 'none' | 'drain' | 'now';
  /** The issue that tells why tasks failed; null while none was made. */
  readonly diagnosis: { readonly number: number; readonly url: string } | null;
  /** Whether somebody asked for the end of the whole run. */
  readonly isCancelRequested: boolean;
  /** Why nothing new starts; null when something may. */
  readonly pause: {
    readonly reason: PauseReason;
    readonly message: string;
    readonly until: string | null;
  } | null;
  /** How the newest orchestrator's work ended; null while it goes on, or when it died. */
  readonly ended: RunEnded['how'] | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Work that does not merge as it stands, as the radar last saw it. */
  readonly conflicts: readonly SeenConflict[];
  /** What all finished branches were together, when they were last judged. */
  readonly union: UnionVerdict | null;
  readonly unexpected: readonly { readonly task: number | null; readonly message: string }[];
};

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
  if ('task' in event && event.task !== null) {
    const ordinal = event.task;
    const tasks = state.tasks.map((task) =>
      task.ordinal === ordinal ? advanceTask(task, event) : task,
    );
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
    case 'issue-read':
      return { ...state, issueDigest: event.digest };
    case 'planned':
      return {
        ...state,
        plan: event.plan,
        findings: event.plan.findings,
        tasks: tasksOfPlan(state.tasks, event.plan, event.at),
      };
    case 'finding-raised':
      return { ...state, findings: [...state.findings, event.finding] };
    case 'base-checked':
      return { ...state, baseChecks: event.checks, artefacts: event.artefacts };
    case 'drain-requested':
      return { ...state, drain: event.how };
    case 'cancel-requested':
      return {
        ...state,
        isCancelRequested: state.isCancelRequested || event.tasks === null,
        tasks: state.tasks.map((task) => askToCancel(task, event.tasks)),
      };
    case 'run-paused':
      return {
        ...state,
        pause: { reason: event.reason, message: event.message, until: event.until },
      };
    case 'run-continued':
      return { ...state, pause: null };
    case 'diagnosis-done':
      return { ...state, diagnosis: { number: event.number, url: event.url } };
    case 'run-ended':
      return {
        ...state,
        ended: event.how,
        endedAt: event.at,
        // Nobody is at work any more: what was between two steps waits for the next start.
        tasks: state.tasks.map((task) =>
          task.status === 'running' ? { ...task, status: 'queued' } : task,
        ),
      };
    case 'conflicts-seen':
      return { ...state, conflicts: conflictsAfter(state.conflicts, event) };
    case 'union-judged':
      return { ...state, union: event.verdict };
    case 'unexpected':
      return noteUnexpected(state, event);
    default:
      return state;
  }
}

function beginRun(event: JournalEvent & { type: 'run-started' }): RunState {
  return {
    run: event.run,
    issue: event.issue,
    title: event.title,
    source: event.source,
    base: event.base,
    settings: event.settings,
    only: event.only,
    orchestrator: event.orchestrator,
    issueDigest: null,
    plan: null,
    findings: [],
    baseChecks: null,
    artefacts: [],
    tasks: [],
    drain: 'none',
    diagnosis: null,
    isCancelRequested: false,
    pause: null,
    ended: null,
    startedAt: event.at,
    endedAt: null,
    conflicts: [],
    union: null,
    unexpected: [],
  };
}

const over = new Set<TaskStatus>(['completed', 'merged', 'failed', 'cancelled']);

/** The attempt of a task whose end is not known: it runs, or an orchestrator died over it. */
export function openAttempt(task: TaskState): AttemptState | null {
  const last = task.attempts.slice(task.attemptsBefore).at(-1);
  return !isOver(task) && last?.result === null ? last : null;
}

/** Whether a task has come to an end, good or bad, that only a retry goes back on. */
export function isOver(task: TaskState): boolean {
  return over.has(task.status);
}

/** Whether a task's work is verified and published. */
export function hasSucceeded(task: TaskState): boolean {
  return task.status === 'completed' || task.status === 'merged';
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
    only: event.only,
    orchestrator: event.orchestrator,
    drain: 'none',
    isCancelRequested: false,
    pause: null,
    ended: null,
    endedAt: null,
  };
}

/** Another base is another thing to check: nothing that was found of the old one holds for it. */
function unchecked(state: RunState): Pick<RunState, 'baseChecks' | 'artefacts' | 'findings'> {
  const findings = state.findings.filter(({ kind }) => kind !== 'red-base');
  return { baseChecks: null, artefacts: [], findings };
}

function noteUnexpected(state: RunState, event: JournalEvent & { type: 'unexpected' }): RunState {
  const note = { task: event.task, message: event.message };
  return { ...state, unexpected: [...state.unexpected, note] };
}

/** A new plan keeps what is known of tasks that are still in it. */
function tasksOfPlan(known: readonly TaskState[], plan: Plan, at: string): readonly TaskState[] {
  return plan.tasks.map((task) => {
    const before = known.find(({ ordinal }) => ordinal === task.ordinal);
    return before === undefined ? newTask(task, at) : { ...before, title: task.title };
  });
}

function newTask(task: PlannedTask, at: string): TaskState {
  return {
    ordinal: task.ordinal,
    title: task.title,
    status: 'queued',
    stage: 'initializing',
    progress: 0,
    issueNumber: null,
    issueUrl: null,
    workspace: null,
    workspaceSince: 0,
    attempts: [],
    head: null,
    commits: [],
    files: [],
    leftovers: [],
    checks: [],
    notes: [],
    isVerified: false,
    pushedHead: null,
    pullRequest: null,
    failure: null,
    lastFailure: null,
    attemptsBefore: 0,
    automaticRetries: 0,
    isCancelRequested: false,
    unknown: [],
    startedAt: null,
    endedAt: null,
    lastActivityAt: null,
    lastActivity: null,
    updatedAt: at,
  };
}

/** How far a task is once it has reached a stage. Later stages never take progress back. */
const progressOf: Record<Stage, number> = {
  initializing: 0,
  analyzing: 10,
  planning: 20,
  implementation: 30,
  documenting: 60,
  testing: 70,
  fixing: 80,
  creating_pr: 90,
};

type TaskEvent = Extract<JournalEvent, { task: number | null }>;

function advanceTask(before: TaskState, event: TaskEvent): TaskState {
  const task: TaskState = { ...before, updatedAt: event.at };
  switch (event.type) {
    case 'sub-issue-intended':
      return { ...task, unknown: [...task.unknown, 'sub-issue'] };
    case 'sub-issue-done':
      return {
        ...known(task, 'sub-issue'),
        issueNumber: event.number,
        issueUrl: event.url,
      };
    case 'workspace-intended':
      return {
        ...task,
        unknown: [...task.unknown, 'workspace'],
        workspaceSince: task.attempts.length,
        workspace: {
          path: event.path,
          branch: event.branch,
          baseSha: event.baseSha,
          state: 'intended',
          setup: null,
        },
      };
    case 'workspace-done':
      return { ...known(task, 'workspace'), workspace: withWorkspace(task, { state: 'ready' }) };
    case 'setup-ended':
      return { ...task, workspace: withWorkspace(task, { setup: event.result }) };
    case 'attempt-intended':
      return beginAttempt(task, event);
    case 'attempt-started':
      return withAttempt(task, event.attempt, { keeper: event.keeper });
    case 'session-opened':
      return active(
        withAttempt(task, event.attempt, { session: event.session, model: event.model }),
        event.at,
      );
    case 'stage-changed':
      return active(reachStage(task, event.stage), event.at, event.evidence);
    case 'activity-seen':
      return active(task, event.at, event.summary);
    case 'usage-reported':
      return active(
        withAttempt(task, event.attempt, {
          costUsd: event.costUsd,
          inputTokens: event.inputTokens,
          outputTokens: event.outputTokens,
        }),
        event.at,
      );
    case 'heartbeat':
    case 'attempt-stalled':
    case 'attempt-adopted':
      return task;
    case 'attempt-ended':
      return withAttempt(afterAttempt(known(task, 'attempt'), event.result), event.attempt, {
        result: event.result,
        claim: event.claim,
        failure: event.failure,
        endedAt: event.at,
      });
    case 'work-committed':
      return {
        ...withAttempt(task, event.attempt, { head: event.head }),
        // What was checked before was another head, or is checked again.
        checks: [],
        head: event.head,
        commits: event.commits,
        files: event.files,
        leftovers: [...new Set([...task.leftovers, ...event.leftovers])],
      };
    case 'check-ended':
      return { ...task, checks: [...task.checks, event.result] };
    case 'task-verified':
      return { ...task, isVerified: true, notes: event.notes };
    case 'push-intended':
      return { ...task, unknown: [...task.unknown, 'push'] };
    case 'push-done':
      return { ...known(task, 'push'), pushedHead: event.head };
    case 'pull-request-intended':
      return { ...task, unknown: [...task.unknown, 'pull-request'] };
    case 'pull-request-done':
      return {
        ...known(task, 'pull-request'),
        pullRequest: { number: event.number, url: event.url, state: 'open' },
      };
    case 'task-completed':
      return { ...task, status: 'completed', progress: 100, failure: null, endedAt: event.at };
    case 'task-failed':
      return { ...task, status: 'failed', failure: event.failure, endedAt: event.at };
    case 'task-blocked':
      return { ...task, status: 'blocked', endedAt: event.at };
    case 'task-merged':
      return {
        ...task,
        status: 'merged',
        pullRequest: task.pullRequest && { ...task.pullRequest, state: 'merged' },
      };
    case 'task-cancelled':
      return { ...task, status: 'cancelled', endedAt: event.at };
    case 'task-retried':
      return retried(task, event);
    case 'workspace-removed':
      return { ...task, workspace: withWorkspace(task, { state: 'removed' }) };
    case 'merge-done':
      return {
        ...task,
        status: 'merged',
        pullRequest: task.pullRequest && { ...task.pullRequest, state: 'merged' },
      };
    case 'head-seen':
    case 'update-intended':
    case 'update-done':
    case 'update-checked':
    case 'merge-intended':
    case 'merge-left':
    case 'unexpected':
      return task;
  }
}

function beginAttempt(task: TaskState, event: TaskEvent & { type: 'attempt-intended' }): TaskState {
  const attempt: AttemptState = {
    attempt: event.attempt,
    agent: event.agent,
    why: event.why,
    fixes: event.why === 'fix-checks' ? redCheck(task) : null,
    directory: event.directory,
    keeper: null,
    session: event.resumes,
    model: null,
    costUsd: null,
    inputTokens: null,
    outputTokens: null,
    startedAt: event.at,
    endedAt: null,
    result: null,
    claim: null,
    failure: null,
    head: null,
  };
  return {
    ...task,
    status: 'running',
    attempts: [...task.attempts, attempt],
    checks: [],
    isVerified: false,
    failure: null,
    unknown: [...task.unknown, 'attempt'],
    startedAt: task.startedAt ?? event.at,
    endedAt: null,
    lastActivityAt: event.at,
  };
}

function retried(task: TaskState, event: TaskEvent & { type: 'task-retried' }): TaskState {
  return {
    ...task,
    status: 'queued',
    failure: null,
    lastFailure: task.failure ?? task.attempts.at(-1)?.failure ?? null,
    attemptsBefore: task.attempts.length,
    automaticRetries: event.why === 'automatic' ? task.automaticRetries + 1 : 0,
    isCancelRequested: false,
    isVerified: isStillVerified(task, event.isFresh),
    checks: isStillVerified(task, event.isFresh) ? task.checks : [],
    endedAt: null,
    workspace: event.isFresh ? null : withoutFailedSetup(task.workspace),
  };
}

/** Work that was verified and could not be published needs no agent again. */
function isStillVerified(task: TaskState, isFresh: boolean): boolean {
  return !isFresh && task.failure?.reason === 'forge-error' && task.isVerified;
}

function withoutFailedSetup(workspace: WorkspaceState | null): WorkspaceState | null {
  return workspace?.setup && workspace.setup.state !== 'passed'
    ? { ...workspace, setup: null }
    : workspace;
}

/** A task whose agent was ended on request waits for the next start. */
function afterAttempt(task: TaskState, result: AttemptResult): TaskState {
  const isInterrupted = result.kind === 'stopped' && result.why === 'interrupted';
  return isInterrupted ? { ...task, status: 'queued' } : task;
}

/** The check that did not pass; null when all did, or none ran yet. An attempt that was cut short leaves its own to the next. */
export function redCheck(task: TaskState): CheckResult | null {
  const red = task.checks.find(({ state }) => state !== 'passed');
  return red ?? (task.checks.length === 0 ? (task.attempts.at(-1)?.fixes ?? null) : null);
}

function reachStage(task: TaskState, stage: Stage): TaskState {
  return { ...task, stage, progress: Math.max(task.progress, progressOf[stage]) };
}

function active(task: TaskState, at: string, what?: string): TaskState {
  return { ...task, lastActivityAt: at, lastActivity: what ?? task.lastActivity };
}

function known(task: TaskState, effect: TaskState['unknown'][number]): TaskState {
  return { ...task, unknown: task.unknown.filter((name) => name !== effect) };
}

function withWorkspace(task: TaskState, change: Partial<WorkspaceState>): WorkspaceState {
  if (task.workspace === null) throw new Error(`Task ${task.ordinal} has no workspace to change`);
  return { ...task.workspace, ...change };
}

function withAttempt(task: TaskState, number: number, change: Partial<AttemptState>): TaskState {
  const attempts = task.attempts.map((attempt) =>
    attempt.attempt === number ? { ...attempt, ...change } : attempt,
  );
  return { ...task, attempts };
}

/** The phase that a run is in: the first of which some task is neither merged nor, being the last, completed. */
export function currentPhase(state: RunState): number {
  const planned = state.plan?.tasks ?? [];
  const last = Math.max(1, ...planned.map(({ phase }) => phase));
  const isDone = (ordinal: number): boolean =>
    state.tasks.find((task) => task.ordinal === ordinal)?.status === 'merged';
  for (let phase = 1; phase < last; phase += 1)
    if (planned.some((task) => task.phase === phase && !isDone(task.ordinal))) return phase;
  return last;
}

/** The tasks of the phases that a run has reached; those behind a barrier do not count yet. */
export function reachedTasks(state: RunState): readonly TaskState[] {
  const phase = currentPhase(state);
  const reached = new Set(
    state.plan?.tasks.filter((task) => task.phase <= phase).map(({ ordinal }) => ordinal),
  );
  return state.tasks.filter(({ ordinal }) => reached.has(ordinal));
}

/** What the task has cost so far in US dollars, over all its attempts; null when no agent told. */
export function taskCost(task: TaskState): number | null {
  const costs = task.attempts.map(({ costUsd }) => costUsd).filter((cost) => cost !== null);
  return costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0);
}

/** The guide's error line: `TYPE: message`. */
export function failureLine(failure: Failure): string {
  return `${failureType(failure)}: ${failure.message}`;
}
