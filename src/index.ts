/**
 * Flotilla as a library: what the commands do, for programs.
 *
 * ```ts
 * import { plan, run } from 'flotilla';
 *
 * const { plan: planned } = await plan({ issue: 'issue.md' });
 * console.log(planned.verdict, planned.tasks.length);
 *
 * const running = run({ issue: 'issue.md', options: { maxWorkers: 4, yes: true } });
 * for await (const event of running) console.log(event.type);
 * for (const task of (await running.ended)?.tasks ?? []) console.log(task.title, task.status);
 * ```
 *
 * Until 1.0.0 any of this may change with a minor version.
 */
export { merge, openRun, plan, run } from './app/library/library.ts';
export type { OpenedRun, Running } from './app/library/library.ts';
export type {
  MergeRequest,
  OpenRunRequest,
  PlanRequest,
  RunOptions,
  RunRequest,
} from './app/library/requests.ts';
export type { MergeOutcome } from './app/merge-outcome.ts';
export type { PlannedIssue } from './app/planned-issue.ts';
export type { JournalEvent } from './model/event/event.ts';
export type { ChangedSettings } from './model/options/run-settings.ts';
export type { Plan } from './model/plan/plan.ts';
export { runExitCode } from './model/state/run-status.ts';
export type { RunState } from './model/state/run-state.ts';
export type { TaskState } from './model/state/task-state.ts';
export { UserError } from './model/user-error.ts';
