import { failureLine } from '../../diagnosis/failure-line.ts';
import type {
  AnswerDone,
  AnswerIntended,
  CiSeen,
  TaskReturned,
} from '../../model/event/pull-event.ts';
import type { PullRemark } from '../../model/event/pull-remark.ts';
import type { AttemptState, TaskState } from '../../model/state/task-state.ts';
import { counted } from '../figures.ts';

/** What came back from a pull request, or went there as an answer. */
export type PullEvent = CiSeen | TaskReturned | AnswerIntended | AnswerDone;

/** What such an event says; null for one that is not worth reporting. */
export function pullEventWords(event: PullEvent): string | null {
  switch (event.type) {
    case 'ci-seen':
      return ciWords(event);
    case 'task-returned':
      return `↩ pull request back to its agent, ${remarkWords(event.remarks)}`;
    case 'answer-intended':
      return null;
    case 'answer-done':
      return 'answered on its pull request';
  }
}

/** What the checks of a pull request say, in one line; null for what is not worth reporting. */
function ciWords(event: Omit<CiSeen, 'type' | 'task' | 'head'>): string | null {
  const { checks, failed, pending, isFinal, note } = event;
  const why = note === '' ? '' : ` (${note})`;
  switch (checks) {
    case 'passed':
      return '✓ the checks of its pull request passed';
    case 'failed':
      return `✗ the checks of its pull request are red: ${failed.join(', ')}${why}`;
    case 'pending':
      return `the checks of its pull request ${isFinal ? 'have not finished' : 'are running'}: ${pending.join(', ')}${why}`;
    case 'unknown':
      return isFinal ? `the checks of its pull request are not known${why}` : null;
    case 'none':
      return null;
  }
}

/** Why a pull request came back. */
export function remarkWords(remarks: readonly PullRemark[]): string {
  const checks = remarks.flatMap((remark) => (remark.kind === 'check' ? [remark.name] : []));
  const asked = remarks.length - checks.length;
  return [
    ...(checks.length === 0 ? [] : [`red: ${checks.join(', ')}`]),
    ...(asked === 0 ? [] : [counted(asked, 'review remark')]),
  ].join('; ');
}

/** Whether an attempt was one on a pull request that came back. */
export function isFixing(attempt: AttemptState | undefined): boolean {
  return attempt?.why === 'fix-ci' || attempt?.why === 'address';
}

/** The forge's checks of a task in a word or two, for a table; empty where there is nothing to say. */
export function ciCell({ feedback, status }: TaskState): string {
  const { ci } = feedback;
  if (ci === null || status !== 'completed') return '';
  switch (ci.checks) {
    case 'passed':
      return 'CI ✓';
    case 'failed':
      return `CI ✗ ${ci.failed.join(', ')}`;
    case 'pending':
      return `CI ${ci.isFinal ? '…' : '⏳'} ${ci.pending.join(', ')}`;
    case 'unknown':
      return ci.isFinal ? 'CI ?' : '';
    case 'none':
      return '';
  }
}

/** What to know about open pull requests: checks that are red, or that nobody waits for any more. */
export function feedbackLines(tasks: readonly TaskState[]): readonly string[] {
  return tasks.flatMap((task) => {
    const words = openWords(task);
    return words === ''
      ? []
      : [`#${task.pullRequest?.number ?? 0} (task ${task.ordinal}): ${words}`];
  });
}

function openWords({ status, feedback }: TaskState): string {
  const { ci, failure, ciFixes } = feedback;
  if (status !== 'completed') return '';
  const tried = ciFixes === 0 ? '' : `, after ${ciFixes} ${ciFixes === 1 ? 'fix' : 'fixes'}`;
  const red = ci?.checks === 'failed' ? `checks are red: ${ci.failed.join(', ')}${tried}` : '';
  const isLeft = ci?.isFinal === true && (ci.checks === 'pending' || ci.checks === 'unknown');
  const left = isLeft ? ciWords(ci) : null;
  const newest = failure === null ? '' : `the newest fix failed, ${failureLine(failure)}`;
  return [red, left ?? '', newest].filter((text) => text !== '').join('; ');
}
