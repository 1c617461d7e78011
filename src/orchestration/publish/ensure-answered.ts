import { codeSpan, markdownText } from '../../model/text/markdown-text.ts';
import { isPassing } from '../../model/forge-problem.ts';
import type { PullRemark } from '../../model/event/pull-remark.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import type { Services } from '../../services/run-services.ts';

/**
 * Tells the reviewers of a pull request which commit answers them. Found again by its key, the answer is never given
 * twice; one that the forge refuses is left out, for the work itself is pushed.
 */
export async function ensureAnswered(
  services: Services<'record' | 'forge'>,
  ordinal: number,
): Promise<void> {
  const { record, forge } = services;
  const task = record.task(ordinal);
  const { returned } = task.feedback;
  if (!forge.can.feedback || task.pullRequest === null) return;
  if (returned === null || returned.why !== 'address' || returned.isAnswered) return;
  const key = `flotilla:answer:${record.run}:${ordinal}:${task.attemptsBefore}`;
  record.record({ type: 'answer-intended', task: ordinal, key });
  try {
    const body = `${answerText(task, returned.remarks)}\n\n<!-- ${key} -->\n`;
    await forge.ensureAnswer({ number: task.pullRequest.number, key, body });
  } catch (error) {
    if (isPassing(error)) throw error;
    const message = `The answer on pull request #${task.pullRequest.number} was left out: ${(error as Error).message}`;
    record.record({ type: 'unexpected', task: ordinal, message, stack: '' });
  }
  record.record({ type: 'answer-done', task: ordinal });
}

function answerText(task: TaskState, remarks: readonly PullRemark[]): string {
  const { returned } = task.feedback;
  const since = task.commits.findIndex(({ sha }) => sha === returned?.head);
  const fresh = since === -1 ? task.commits.slice(0, 1) : task.commits.slice(0, since);
  const checks = task.checks.map(({ command }) => codeSpan(command));
  const passed = checks.length === 0 ? '' : ` ${checks.join(', ')} passed on it.`;
  return [
    `Addressed by ${task.head ?? ''}.${passed}`,
    remarks.map(remarkLine).join('\n'),
    fresh
      .toReversed()
      .map(({ sha, subject }) => `- ${sha.slice(0, 9)} ${codeSpan(subject)}`)
      .join('\n'),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function remarkLine(remark: PullRemark): string {
  if (remark.kind === 'check') return `> The check ${markdownText(remark.name)} was red.`;
  const where = remark.path === null ? '' : ` on ${codeSpan(remark.path)}`;
  const line = remark.line === null ? '' : `, line ${remark.line}`;
  const [first = ''] = remark.body.trim().split('\n');
  return `> ${markdownText(remark.author)}${where}${line}: ${markdownText(first, 160)}`;
}
