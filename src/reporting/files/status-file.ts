import { failureType } from '../../diagnosis/diagnosis-of.ts';
import { taskCost, type TaskState } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';

type GuideStatus = 'pending' | 'in_progress' | 'completed' | 'failed';

const guideStatus: Record<TaskState['status'], GuideStatus> = {
  queued: 'pending',
  blocked: 'pending',
  running: 'in_progress',
  completed: 'completed',
  merged: 'completed',
  failed: 'failed',
  cancelled: 'failed',
  // The guide has no word for what is left out; it may still be taken up.
  skipped: 'pending',
};

/** A task's `agent-<N>.status.json`, in the user guide's schema 1.0; more appears only in `metadata`. */
export function renderStatusFile(state: RunState, task: TaskState): string {
  const file = {
    schema_version: '1.0',
    agent_id: `agent-${task.ordinal}`,
    sub_issue: task.issueNumber,
    status: guideStatus[task.status],
    start_time: task.startedAt,
    last_update: task.updatedAt,
    completion_time: task.endedAt,
    pr_number: task.pullRequest?.number ?? null,
    branch_name: task.workspace?.branch ?? null,
    error: errorOf(task),
    progress_percentage: task.progress,
    current_stage: task.stage,
    metadata: metadataOf(state, task),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function errorOf(task: TaskState): string | null {
  const { failure } = task;
  // The guide's error line has the type, whatever it is.
  if (failure !== null) return `${failureType(failure)}: ${failure.message}`;
  return task.status === 'cancelled' ? 'UNKNOWN: cancelled' : null;
}

function metadataOf(state: RunState, task: TaskState) {
  const newest = task.attempts.at(-1);
  return {
    working_dir: task.workspace?.path ?? null,
    model: newest?.model ?? state.settings.model,
    /** Seconds. */
    timeout: state.settings.timeoutSeconds,
    retry_count: Math.max(0, task.attempts.length - 1),
    agent: newest?.agent ?? state.settings.agent,
    session: newest?.session ?? null,
    cost_usd: taskCost(task),
    commits: task.commits.length,
  };
}
