import { ForgeError, isPassing } from '../../model/forge-problem.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import type { PullReport } from '../../forge/forge.ts';
import type { RunTools } from '../../services/run-tools.ts';
import { judgeChecks, type CheckVerdict } from './judge-checks.ts';
import { hasWorkflows } from './next-look.ts';

/** What a watch remembers between its looks; nothing of it is missed by the orchestrator after this one. */
export type CheckMemory = {
  /** Milliseconds since 1970; null: never yet. */
  lookedAt: number | null;
  /** The newest report of each task. */
  readonly reports: Map<number, PullReport>;
  /** Since when something of a head is red. */
  readonly redSince: Map<string, number>;
};

export type LookOrder = {
  readonly tasks: readonly TaskState[];
  readonly memory: CheckMemory;
};

/** Looks at pull requests once, and journals what is new of their checks. */
export async function lookAtChecks(tools: RunTools, order: LookOrder): Promise<void> {
  const { tasks, memory } = order;
  const numbers = tasks.flatMap(({ pullRequest }) => pullRequest?.number ?? []);
  let reports: readonly PullReport[];
  try {
    reports = await tools.forge.lookAtPulls(numbers);
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    return noteProblem(tools, order, error);
  }
  for (const task of tasks) {
    const report = reports.find(({ number }) => number === task.pullRequest?.number) ?? null;
    if (report !== null) memory.reports.set(task.ordinal, report);
    noteVerdict(tools, task, await judge(tools, { task, report, memory }));
  }
}

async function judge(
  tools: RunTools,
  order: {
    readonly task: TaskState;
    readonly report: PullReport | null;
    readonly memory: CheckMemory;
  },
): Promise<CheckVerdict> {
  const { task, report, memory } = order;
  const ci = task.feedback.ci ?? { head: '', pushedAt: tools.startedAt };
  const now = tools.now().getTime();
  if (report?.checks === 'failed' || (report?.failed.length ?? 0) > 0)
    memory.redSince.set(ci.head, memory.redSince.get(ci.head) ?? now);
  const look = {
    report,
    ci,
    now,
    watchedSince: Date.parse(tools.startedAt),
    redSince: memory.redSince.get(ci.head) ?? null,
    hasWorkflows: await hasWorkflows(tools.clone.git, ci.head),
  };
  return judgeChecks(look, tools.settings.ci);
}

function noteVerdict({ record }: RunTools, { ordinal }: TaskState, verdict: CheckVerdict): void {
  // A fix may have pushed another head while the forge was asked.
  const { ci } = record.task(ordinal).feedback;
  if (ci === null || sayingOf(ci) === sayingOf(verdict)) return;
  record.record({ type: 'ci-seen', task: ordinal, head: ci.head, ...verdict });
}

/** The journal has what is new, not each look. */
function sayingOf({ checks, failed, pending, isFinal, note }: CheckVerdict): string {
  return JSON.stringify([checks, failed, pending, isFinal, note]);
}

/** What passes is asked again later, as long as there is patience; what does not ends the watch. */
function noteProblem(tools: RunTools, { tasks }: LookOrder, error: ForgeError): void {
  const longestMs = tools.settings.ci.patienceSeconds * 1_000;
  for (const task of tasks) {
    const pushedAt = task.feedback.ci?.pushedAt ?? tools.startedAt;
    const since = Math.max(Date.parse(pushedAt), Date.parse(tools.startedAt));
    const isOver = !isPassing(error) || tools.now().getTime() >= since + longestMs;
    if (!isOver) continue;
    const note = error.message;
    const nothing = { failed: [], pending: [], isFinal: true } as const;
    noteVerdict(tools, task, { checks: 'unknown', ...nothing, note });
  }
}
