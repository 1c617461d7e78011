import type { Failure } from '../model/failure.ts';
import type { TaskEnvironment } from '../workspace/task-environment.ts';
import { noteBaseline, readBaseline } from './attempt-baseline.ts';
import { choosePrompt } from './choose-prompt.ts';
import { heedFailure } from './heed-failure.ts';
import { nextStep, type Step } from './next-step.ts';
import { ensureSetUp, ensureWorkspace } from './prepare-workspace.ts';
import { ensurePublished } from './publish.ts';
import { adoptAttempt, runAttempt } from './run-attempt.ts';
import type { RunTools } from './run-tools.ts';
import { verifyWork } from './verify-work.ts';

/** What the life of a task needs to know about the rest of the run. */
export type TaskSurroundings = {
  /** Resolves with the sub-issue's number; they are made in the order of the issue. */
  readonly subIssue: (ordinal: number) => Promise<number>;
  /** Resolves when the checks ran on the base. */
  readonly baseChecked: Promise<void>;
};

/** Whether a task goes on after a step, or rests until another start. */
type Progress = 'on' | 'not-now';

type Life = {
  readonly tools: RunTools;
  readonly around: TaskSurroundings;
  readonly ordinal: number;
  /** Opened when it is first needed. */
  readonly environment: () => Promise<TaskEnvironment>;
};

/**
 * One task, step after step, from its sub-issue to its pull request. Every step is chosen from the journal
 * (`next-step.ts`) and leaves its trace there, so that a life can be taken up anywhere, by any orchestrator.
 */
export async function liveTask(
  tools: RunTools,
  around: TaskSurroundings,
  ordinal: number,
): Promise<void> {
  let opened: TaskEnvironment | null = null;
  const environment = async (): Promise<TaskEnvironment> => {
    opened ??= await tools.openEnvironment(ordinal);
    return opened;
  };
  const life = { tools, around, ordinal, environment };
  try {
    for (;;) {
      const before = tools.record.task(ordinal);
      const step = nextStep(before, tools.settings.policy);
      if (step.kind === 'over' || (await take(life, step)) === 'not-now') return;
      if (tools.record.task(ordinal) === before)
        throw new Error(`Step ${step.kind} of task ${ordinal} left no trace`);
    }
  } finally {
    await (opened as TaskEnvironment | null)?.close();
  }
}

async function take(life: Life, step: Exclude<Step, { kind: 'over' }>): Promise<Progress> {
  const { tools, ordinal } = life;
  const { record, stop } = tools;
  if (stop.now.aborted && step.kind !== 'adopt') return 'not-now';
  switch (step.kind) {
    case 'cancel':
      record.record({ type: 'task-cancelled', task: ordinal });
      return 'on';
    case 'prepare':
      if (stop.drain.aborted || tools.gate.isClosedForGood()) return 'not-now';
      await ensureWorkspace(tools, ordinal, await life.around.subIssue(ordinal));
      return 'on';
    case 'set-up':
      if (stop.drain.aborted) return 'not-now';
      return ensureSetUp(tools, ordinal, await life.environment());
    case 'attempt':
      return attempt(life, step.why);
    case 'adopt':
      await adoptAttempt(tools, {
        ordinal,
        attempt: step.attempt,
        environment: await life.environment(),
      });
      heedFailure(tools, ordinal);
      return 'on';
    case 'verify':
      return verify(life);
    case 'publish':
      return publish(life);
    case 'retry':
      record.record({ type: 'task-retried', task: ordinal, why: 'automatic', isFresh: false });
      return 'on';
    case 'fail':
      return fail(tools, ordinal, step.failure);
  }
}

/** Work that is nearly done, or was begun, goes before new tasks. */
const begunPriority = -1;

/** Waits for a free place and an open gate, asking again after each wait whether it should still start. */
function attempt(life: Life, why: 'first' | 'fix-checks' | 'retry'): Promise<Progress> {
  const { tools, ordinal } = life;
  const signal = AbortSignal.any([tools.stop.drain, tools.cancelSignal(ordinal)]);
  return tools.places.agents<Progress>(
    async () => {
      const isOpen = await tools.gate.whenOpen(signal);
      if (tools.cancelSignal(ordinal).aborted) return cancelled(tools, ordinal);
      if (!isOpen) return 'not-now';
      const workspace = tools.record.task(ordinal).workspace?.path ?? '';
      const environment = await life.environment();
      if (why === 'fix-checks')
        tools.record.record({
          type: 'stage-changed',
          task: ordinal,
          stage: 'fixing',
          evidence: 'a check failed',
        });
      await noteBaseline(tools, ordinal);
      await runAttempt(tools, {
        ordinal,
        why,
        workspace,
        environment,
        ...choosePrompt(tools, ordinal, why),
      });
      heedFailure(tools, ordinal);
      return 'on';
    },
    why === 'first' ? 0 : begunPriority,
  );
}

function cancelled(tools: RunTools, ordinal: number): Progress {
  tools.record.record({ type: 'task-cancelled', task: ordinal });
  return 'on';
}

async function verify({ tools, around, ordinal, environment }: Life): Promise<Progress> {
  await around.baseChecked;
  const { attempts, workspace } = tools.record.task(ordinal);
  const verdict = await verifyWork(tools, {
    ordinal,
    attempt: attempts.length,
    workspace: workspace?.path ?? '',
    baseline: await readBaseline(attempts.at(-1)?.directory ?? ''),
    environment: (await environment()).variables,
  });
  // Cut short by a cancellation, the next step is to record it.
  if (verdict.kind === 'interrupted') return tools.stop.now.aborted ? 'not-now' : 'on';
  return verdict.kind === 'failed' ? fail(tools, ordinal, verdict.failure) : 'on';
}

async function publish({ tools, ordinal }: Life): Promise<Progress> {
  const failure = await ensurePublished(tools, ordinal);
  return failure === null ? 'on' : fail(tools, ordinal, failure);
}

function fail(tools: RunTools, ordinal: number, failure: Failure): Progress {
  tools.record.record({ type: 'task-failed', task: ordinal, failure });
  return 'on';
}
