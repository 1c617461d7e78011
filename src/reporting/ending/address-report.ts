import { failureLine } from '../../diagnosis/failure-line.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { ciCell } from '../words/feedback-words.ts';

/** What became of pull requests that went back to their agents, one line each. Ends with a line break. */
export function renderAddressed(tasks: readonly TaskState[], summaryPath: string): string {
  const lines = tasks.map((task) => {
    const what = `#${task.pullRequest?.number ?? 0} (task ${task.ordinal}): ${outcomeWords(task)}`;
    return `${isAddressed(task) ? '✓' : '✗'} ${plainText(what, 500)}`;
  });
  return `${lines.join('\n')}\n\nSummary: ${plainText(summaryPath, 4096)}\n`;
}

/** Whether the newest return of a task ended with a new commit on its pull request. */
export function isAddressed({ status, feedback }: TaskState): boolean {
  const isDone = status === 'completed' || status === 'merged';
  return isDone && feedback.returned === null && feedback.failure === null;
}

function outcomeWords(task: TaskState): string {
  const { failure } = task.feedback;
  if (failure !== null) return `it stays as it was: ${failureLine(failure)}`;
  if (!isAddressed(task)) return 'not finished; the same command continues it';
  const ci = ciCell(task);
  return `addressed by ${task.pushedHead?.slice(0, 9) ?? ''}${ci === '' ? '' : `, ${ci}`}`;
}
