import { ForgeError, isPassing } from '../../model/forge-problem.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import type { PullReport } from '../../forge/forge.ts';
import type { Services } from '../../services/run-services.ts';
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

export type LookParams = {
  readonly tasks: readonly TaskState[];
  readonly memory: CheckMemory;
};

/** Looks at pull requests once, and journals what is new of their checks. */
export async function lookAtChecks(
  services: Services<'record' | 'forge' | 'workspaces' | 'clock' | 'settings'>,
  params: LookParams,
): Promise<void> {
  const { tasks, memory } = params;
  const numbers = tasks.flatMap(({ pullRequest }) => pullRequest?.number ?? []);
  let reports: readonly PullReport[];
  try {
    reports = await services.forge.lookAtPulls(numbers);
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    return noteProblem(services, params, error);
  }
  for (const task of tasks) {
    const report = reports.find(({ number }) => number === task.pullRequest?.number) ?? null;
    if (report !== null) memory.reports.set(task.ordinal, report);
    noteVerdict(services, task, await judge(services, { task, report, memory }));
  }
}

async function judge(
  services: Services<'workspaces' | 'clock' | 'settings'>,
  params: {
    readonly task: TaskState;
    readonly report: PullReport | null;
    readonly memory: CheckMemory;
  },
): Promise<CheckVerdict> {
  const { task, report, memory } = params;
  const ci = task.feedback.ci ?? { head: '', pushedAt: services.clock.startedAt };
  const now = services.clock.now().getTime();
  if (report?.checks === 'failed' || (report?.failed.length ?? 0) > 0)
    memory.redSince.set(ci.head, memory.redSince.get(ci.head) ?? now);
  const look = {
    report,
    ci,
    now,
    watchedSince: Date.parse(services.clock.startedAt),
    redSince: memory.redSince.get(ci.head) ?? null,
    hasWorkflows: await hasWorkflows(services.workspaces.clone.git, ci.head),
  };
  return judgeChecks(look, services.settings.ci);
}

function noteVerdict(
  { record }: Services<'record'>,
  { ordinal }: TaskState,
  verdict: CheckVerdict,
): void {
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
function noteProblem(
  services: Services<'record' | 'clock' | 'settings'>,
  { tasks }: LookParams,
  error: ForgeError,
): void {
  const longestMs = services.settings.ci.patienceSeconds * 1_000;
  for (const task of tasks) {
    const pushedAt = task.feedback.ci?.pushedAt ?? services.clock.startedAt;
    const since = Math.max(Date.parse(pushedAt), Date.parse(services.clock.startedAt));
    const isOver = !isPassing(error) || services.clock.now().getTime() >= since + longestMs;
    if (!isOver) continue;
    const note = error.message;
    const nothing = { failed: [], pending: [], isFinal: true } as const;
    noteVerdict(services, task, { checks: 'unknown', ...nothing, note });
  }
}
