import { ForeignGitError } from '../../git/git.ts';
import type { AttemptWhy } from '../../model/event/attempt-event.ts';
import { withQuestion } from '../../model/state/agent-question.ts';
import { importError } from '../../diagnosis/import-error.ts';
import type { Failure } from '../../model/failure/failure.ts';
import { isOver, type TaskState } from '../../model/state/task-state.ts';
import { cleanBaseline } from '../../workspace/salvage/leftovers.ts';
import type { TaskEnvironment } from '../../workspace/environment/task-environment.ts';
import { noteBaseline, readBaseline } from '../../attempts/attempt-baseline.ts';
import { choosePrompt } from '../../attempts/prompt/choose-prompt.ts';
import type { StepPolicy } from '../../services/execution-settings.ts';
import { fresherGround, groundOf, groundsOf, setupOf } from '../../services/planned-task.ts';
import type { Services, RunServices } from '../../services/run-services.ts';
import { adoptAttempt, runAttempt } from '../../attempts/run-attempt.ts';
import { whenAborted } from '../../services/when-aborted.ts';
import type { BaseWatch } from '../base/base-watch.ts';
import { ensurePublished } from '../publish/publish.ts';
import type { TurnTaking } from '../turn-taking.ts';
import { verifyWork } from '../verify/verify-work.ts';
import { reactToFailure, reactToPattern, noteAlike } from './react-to-failure.ts';
import { interruptionOf } from './attaching.ts';
import { fixingFor } from './fixing-for.ts';
import { hasRoom } from './has-room.ts';
import { keepProgress } from './keep-progress.ts';
import { beginAgain, findFate, lostWorkspace, whyUnreadable } from './lost-workspace.ts';
import { makeWay } from './make-way.ts';
import { nextStep, setupFailure, type Step } from './next-step.ts';
import { ensureSetUp, ensureWorkspace } from './prepare-workspace.ts';
import { whilePaused } from './while-paused.ts';
import { ensureBaseTaken, ensureStackedOn } from './take-into-branch.ts';

/** What running a task needs to know about the rest of the run. */
export type TaskSurroundings = {
  /** Resolves with the sub-issue's number; they are made in the order of the issue. */
  readonly subIssue: (ordinal: number) => Promise<number>;
  readonly base: Pick<BaseWatch, 'checked' | 'setUp' | 'ready'>;
  readonly turns: Pick<TurnTaking, 'takesPart' | 'whenLeft'>;
};

/** Whether a task continues after a step, asks again for the same one, or rests until another start. */
type Progress = 'on' | 'again' | 'not-now';

type TaskRun = {
  readonly services: RunServices;
  readonly around: TaskSurroundings;
  readonly ordinal: number;
  /** Opened when it is first needed. */
  readonly environment: () => Promise<TaskEnvironment>;
};

/**
 * One task, step after step, from its sub-issue to its pull request. Every step is chosen from the journal
 * (`next-step.ts`) and leaves its trace there, so that a task can be taken up anywhere, by any orchestrator.
 */
export async function runTask(
  services: RunServices,
  around: TaskSurroundings,
  ordinal: number,
): Promise<void> {
  let opened: TaskEnvironment | null = null;
  const environment = async (): Promise<TaskEnvironment> => {
    opened ??= await services.workspaces.openEnvironment(ordinal);
    return opened;
  };
  const taskRun: TaskRun = { services, around, ordinal, environment };
  try {
    for (;;) {
      const before = services.record.task(ordinal);
      const step = nextStep(before, policyOf(services), {
        ...groundsOf(services, ordinal),
        holder: holderOf(taskRun, before),
        ground: groundOf(services, ordinal),
      });
      if (step.kind === 'over') return;
      const progress = await take(taskRun, step);
      if (progress === 'not-now') return;
      if (progress === 'on' && services.record.task(ordinal) === before)
        throw new Error(`Step ${step.kind} of task ${ordinal} left no trace`);
    }
  } finally {
    await (opened as TaskEnvironment | null)?.close();
  }
}

function policyOf(services: Services<'record' | 'settings'>): StepPolicy {
  return { ...services.settings.policy, hasSetup: setupOf(services) !== null };
}

/** The task that one waits for; null when it waits for nobody, or for one that does not get there in this run. */
function holderOf({ services, around }: TaskRun, { held }: TaskState): TaskState | null {
  if (held === null) return null;
  const holder = services.record.task(held.by);
  return isOver(holder) || around.turns.takesPart(held.by) ? holder : null;
}

/** Takes a step. What an agent left so that git cannot work in it fails the agent's task, and nothing else. */
async function take(taskRun: TaskRun, step: Exclude<Step, { kind: 'over' }>): Promise<Progress> {
  const { services, ordinal } = taskRun;
  try {
    return await begin(taskRun, step);
  } catch (error) {
    if (!(error instanceof ForeignGitError)) throw error;
    if (services.clock.stop.now.aborted) return 'not-now';
    if (services.clock.cancelSignal(ordinal).aborted) return cancelled(services, ordinal);
    const workspace = services.record.task(ordinal).workspace?.path ?? '';
    return fail(services, ordinal, await whyUnreadable(services, workspace, error));
  }
}

async function begin(taskRun: TaskRun, step: Exclude<Step, { kind: 'over' }>): Promise<Progress> {
  const { services, ordinal } = taskRun;
  const { record, clock } = services;
  if (clock.stop.now.aborted && step.kind !== 'adopt' && step.kind !== 'cancel') return 'not-now';
  switch (step.kind) {
    case 'cancel':
      record.record({ type: 'task-cancelled', task: ordinal });
      return 'on';
    case 'skip':
      record.record({ type: 'task-skipped', task: ordinal });
      return 'on';
    case 'block':
      record.record({ type: 'task-blocked', task: ordinal, by: step.by });
      return 'on';
    case 'restack':
      record.record({ type: 'task-restacked', task: ordinal, without: step.without, on: step.on });
      // It may be at work still: the one between them was given up early.
      return step.on === null ? 'on' : waitFor(taskRun, step.on);
    case 'prepare': {
      const heldBack = await whilePaused(services, ordinal);
      if (heldBack !== null) return heldBack;
      if (clock.stop.drain.aborted || services.agents.gate.isClosedForGood()) return 'not-now';
      await ensureWorkspace(services, ordinal, {
        issueNumber: await taskRun.around.subIssue(ordinal),
      });
      return 'on';
    }
    case 'take-base':
      if (clock.stop.drain.aborted) return 'not-now';
      if (await hasBegunAgain(services, ordinal)) return 'on';
      await ensureBaseTaken(services, ordinal, step.onto);
      return 'on';
    case 'set-up':
      return setUp(taskRun);
    case 'attempt':
      return attempt(taskRun, step.why);
    case 'make-way':
      await makeWay(services, ordinal);
      return clock.stop.drain.aborted || clock.stop.now.aborted ? 'not-now' : 'again';
    case 'wait':
      return waitFor(taskRun, step.by);
    case 'stack':
      if (await hasBegunAgain(services, ordinal)) return 'on';
      await ensureStackedOn(services, ordinal, step.on);
      return 'on';
    case 'adopt':
      await adoptAttempt(services, {
        ordinal,
        attempt: step.attempt,
        environment: await taskRun.environment(),
      });
      await keepProgress(services, ordinal);
      reactToFailure(services, ordinal);
      return 'on';
    case 'verify':
      return verify(taskRun);
    case 'publish':
      return publish(taskRun);
    case 'retry':
      record.record({ type: 'task-retried', task: ordinal, why: 'automatic', isFresh: false });
      return 'on';
    case 'fail':
      return fail(services, ordinal, step.failure);
  }
}

/** A workspace is set up once the base's own setup has shown what comes of it. */
async function setUp(taskRun: TaskRun): Promise<Progress> {
  const { services, around, ordinal, environment } = taskRun;
  const heldBack = await whilePaused(services, ordinal);
  if (heldBack !== null) return heldBack;
  const other = interruptionOf(services, ordinal);
  const signal = AbortSignal.any([services.clock.stop.drain, other]);
  await Promise.race([around.base.setUp, whenAborted(signal)]);
  if (other.aborted || setupOf(services) === null) return 'again';
  if (services.clock.stop.drain.aborted || services.agents.gate.isClosedForGood()) return 'not-now';
  if (await hasBegunAgain(services, ordinal)) return 'on';
  return ensureSetUp(services, ordinal, {
    environment: await environment(),
    mayBegin: () => !services.agents.gate.isClosedForGood(),
    onFailed: (result) => fail(services, ordinal, setupFailure(result)),
  });
}

/** Work that is nearly done, or was begun, goes before new tasks. */
const begunPriority = -1;

/** Waits for a free place and an open gate, asking again after each wait whether it should still start. */
async function attempt(taskRun: TaskRun, why: AttemptWhy): Promise<Progress> {
  const { services, ordinal } = taskRun;
  const other = interruptionOf(services, ordinal);
  const signal = AbortSignal.any([services.clock.stop.drain, other]);
  const whenInterrupted = (): Progress =>
    services.clock.cancelSignal(ordinal).aborted ? cancelled(services, ordinal) : 'again';
  const answer = await Promise.race([taskRun.around.base.ready, whenAborted(signal)]);
  if (answer === 'refused') return 'not-now';
  const { attempts, attemptsBefore, feedback, found } = services.record.task(ordinal);
  // Waiting for reviewers takes no place from work that has begun.
  const isNew =
    attempts.length === attemptsBefore && feedback.returned === null && found?.kind !== 'open';
  if (isNew && !(await services.agents.reviews.whenRoom(signal)))
    return other.aborted ? whenInterrupted() : 'not-now';
  return services.agents.places.agents<Progress>(
    async () => {
      if (isNew && services.agents.reviews.isFull()) return 'again';
      const isOpen = await services.agents.gate.whenOpen(signal);
      if (other.aborted) return whenInterrupted();
      if (!isOpen) return 'not-now';
      const room = await hasRoom(services);
      if (room === 'wait') return 'again';
      if (room !== null) return fail(services, ordinal, room);
      if (await hasBegunAgain(services, ordinal)) return 'on';
      if (await hasFreshGround(taskRun)) return 'on';
      // It may have been held while it waited for its place.
      if (isToWait(taskRun)) return 'again';
      const workspace = services.record.task(ordinal).workspace?.path ?? '';
      const environment = await taskRun.environment();
      const evidence = fixingFor[why];
      if (evidence !== null)
        services.record.record({ type: 'stage-changed', task: ordinal, stage: 'fixing', evidence });
      await noteBaseline(services, ordinal);
      // From here on it has begun.
      if (other.aborted) return 'again';
      await runAttempt(services, {
        ordinal,
        why,
        workspace,
        environment,
        ...choosePrompt(services, ordinal, why),
      });
      await keepProgress(services, ordinal);
      reactToFailure(services, ordinal);
      return 'on';
    },
    { priority: why === 'first' ? 0 : begunPriority, signal: other },
  );
}

function isToWait(taskRun: TaskRun): boolean {
  const task = taskRun.services.record.task(taskRun.ordinal);
  const { kind } = nextStep(task, policyOf(taskRun.services), {
    below: null,
    holder: holderOf(taskRun, task),
    ground: null,
  });
  return kind === 'wait' || kind === 'stack';
}

/** Waits until the task that one is held by is through. */
async function waitFor({ services, around, ordinal }: TaskRun, by: number): Promise<Progress> {
  const signal = AbortSignal.any([
    services.clock.stop.drain,
    services.clock.stop.now,
    interruptionOf(services, ordinal),
  ]);
  await Promise.race([around.turns.whenLeft(by), whenAborted(signal)]);
  return services.clock.stop.drain.aborted || services.clock.stop.now.aborted ? 'not-now' : 'again';
}

/** Makes a workspace again that nobody has worked in, where the base has moved since; false when it has not. */
async function hasFreshGround({ services, around, ordinal }: TaskRun): Promise<boolean> {
  const ground = fresherGround(services, ordinal);
  if (ground === null) return false;
  await ensureWorkspace(services, ordinal, { issueNumber: await around.subIssue(ordinal), ground });
  return true;
}

/** Without its workspace a task begins again, before anything is started in it. */
async function hasBegunAgain(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  ordinal: number,
): Promise<boolean> {
  const fate = await findFate(services, ordinal);
  if (fate === 'there') return false;
  const { automaticRetries, workspace } = services.record.task(ordinal);
  // A setup or a check that takes the workspace away would do so for ever.
  if (automaticRetries < services.settings.policy.automaticRetries) beginAgain(services, ordinal);
  else fail(services, ordinal, lostWorkspace(workspace?.path ?? '', fate));
  return true;
}

function cancelled(services: Services<'record'>, ordinal: number): Progress {
  if (services.record.task(ordinal).isSkipRequested) return 'again';
  services.record.record({ type: 'task-cancelled', task: ordinal });
  return 'on';
}

async function verify({ services, around, ordinal }: TaskRun): Promise<Progress> {
  const other = interruptionOf(services, ordinal);
  await Promise.race([around.base.checked, whenAborted(other)]);
  if (other.aborted) return 'again';
  const { attempts, workspace, automaticRetries } = services.record.task(ordinal);
  const fate = await findFate(services, ordinal);
  if (fate === 'gone' && automaticRetries < services.settings.policy.automaticRetries) {
    beginAgain(services, ordinal);
    return 'on';
  }
  if (fate !== 'there') return fail(services, ordinal, lostWorkspace(workspace?.path ?? '', fate));
  const verdict = await verifyWork(services, {
    ordinal,
    attempt: attempts.length,
    workspace: workspace?.path ?? '',
    baseline:
      attempts.length === 0 ? cleanBaseline : await readBaseline(attempts.at(-1)?.directory ?? ''),
  });
  // Cut short by a cancellation, the next step is to record it.
  if (verdict.kind === 'interrupted') return services.clock.stop.now.aborted ? 'not-now' : 'on';
  return verdict.kind === 'failed' ? fail(services, ordinal, verdict.failure) : 'on';
}

async function publish({ services, ordinal }: TaskRun): Promise<Progress> {
  const failure = await ensurePublished(services, ordinal);
  if (failure === 'not-now') return 'not-now';
  return failure === null ? 'on' : fail(services, ordinal, failure);
}

function fail(
  services: Services<'record' | 'agents' | 'clock'>,
  ordinal: number,
  failure: Failure,
): Progress {
  const { record } = services;
  const task = record.task(ordinal);
  const cause = importError(record.state(), task, failure) ?? failure.message;
  const claim = task.attempts.at(-1)?.claim ?? '';
  const message = withQuestion({ ...failure, message: cause }, claim);
  record.record({ type: 'task-failed', task: ordinal, failure: { ...failure, message } });
  noteAlike(services, ordinal);
  reactToPattern(services, services.clock.startedAt);
  return 'on';
}
