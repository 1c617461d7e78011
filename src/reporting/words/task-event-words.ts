import { plainText } from '../../model/text/plain-text.ts';
import { failureLine } from '../../diagnosis/failure-line.ts';
import { askingWords } from './question-words.ts';
import type { AttemptResult, Stage } from '../../model/event/attempt-event.ts';
import type { EventOfControl } from '../../model/event/control-event.ts';
import type { ChangedFile } from '../../model/event/task-event.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import type { CheckResult } from '../../model/failure/failure.ts';
import { foundBranch } from '../../model/state/found-state.ts';
import { unreachable } from '../../model/result.ts';
import type { AttemptState, TaskState } from '../../model/state/task-state.ts';
import { agentWords } from '../../model/text/agent-words.ts';
import type { FoundWork } from '../../model/event/found-work.ts';
import { between, counted, durationText } from '../figures.ts';
import { controlWords, isControlEvent } from './control-words.ts';
import { isFixing, pullEventWords, type PullEvent } from './feedback-words.ts';
import { mergeStepWords } from './merge-words.ts';

type TaskEvent = Extract<JournalEvent, { task: number | null }>;

/** What an event about a task says, without its title; null for one that is not worth reporting. */
export function taskEventWords(event: TaskEvent, task: TaskState | undefined): string | null {
  const attempt = task?.attempts.at(-1);
  if (event.type === 'work-found') return foundWords(event.work);
  if (event.type === 'pull-request-done' && hadPull(task))
    return `pull request #${event.number} is up to date`;
  if (event.type === 'task-attached') return `● ${attachedWords(task?.attached ?? null)}`;
  if (isControlEvent(event)) return controlWords(event);
  return isPullEvent(event) ? pullEventWords(event) : ownEventWords(event, attempt);
}

/** Whether its pull request had been opened before its newest agent began. */
function hadPull(task: TaskState | undefined): boolean {
  const found = task === undefined ? null : foundBranch(task);
  return isFixing(task?.attempts.at(-1)) || (found !== null && found.pullRequest !== null);
}

function isPullEvent(event: TaskEvent): event is Extract<TaskEvent, PullEvent> {
  return pullEvents.has(event.type);
}

const pullEvents = new Set<TaskEvent['type']>([
  ...(['ci-seen', 'task-returned', 'answer-intended', 'answer-done'] as const),
]);

type OwnEvent = Exclude<
  TaskEvent,
  PullEvent | EventOfControl | { type: 'work-found' | 'task-attached' }
>;

function ownEventWords(event: OwnEvent, attempt: AttemptState | undefined): string | null {
  switch (event.type) {
    // Intentions have not happened yet; the rest of these would drown what matters.
    case 'sub-issue-intended':
    case 'workspace-intended':
    case 'attempt-intended':
    case 'push-intended':
    case 'pull-request-intended':
    case 'workspace-done':
    case 'session-opened':
    case 'activity-seen':
    case 'usage-reported':
    case 'heartbeat':
      return null;
    case 'sub-issue-done':
      return `sub-issue #${event.number}`;
    case 'setup-ended':
      return `${event.result.state === 'passed' ? '' : '✗ '}setup ${checkWords(event.result)}`;
    case 'attempt-started':
      return `● ${startWords(attempt)}`;
    case 'stage-changed':
      return `${stageWords(event.stage, attempt?.agent)}: ${event.evidence}`;
    case 'attempt-stalled':
    case 'processes-left':
      return processWords(event);
    case 'question-asked':
    case 'questions-refused':
    case 'mailbox-failed':
      return askingWords(event);
    case 'attempt-adopted':
      return adoptionWords[event.found];
    case 'task-told':
      return `${plainText(event.by, 100)} tells its agent: ${plainText(event.text, 500)}`;
    case 'attach-requested':
      return null;
    case 'task-detached':
      return detachedWords[event.why];
    case 'task-retried':
      return retryWords(event);
    case 'attempt-ended':
      return `agent ${resultWords(event.result)} after ${durationText(between(attempt?.startedAt ?? null, event.at))}`;
    case 'work-committed':
      return `${counted(event.commits.length, 'commit')}, ${counted(event.files.length, 'file')}${changeWords(event.files)}`;
    case 'check-ended':
    case 'scope-exceeded':
    case 'task-verified':
      return gateWords(event);
    case 'push-done':
      return `pushed ${event.head.slice(0, 7)}`;
    case 'pull-request-done':
      return `opened pull request #${event.number}`;
    case 'task-completed':
      return '✓ completed';
    case 'task-failed':
      return `✗ ${isFixing(attempt) ? fixFailed : 'failed'}, ${failureLine(event.failure)}`;
    case 'skip-requested':
      return null;
    case 'task-cancelled':
    case 'task-skipped':
    case 'task-blocked':
    case 'task-held':
    case 'task-stacked':
    case 'task-restacked':
    case 'base-taken':
      return restWords(event);
    case 'task-merged':
      return `✓ merged, seen in the base at ${event.base.slice(0, 7)}`;
    case 'workspace-removed':
      return `workspace removed, its work is in ${event.safeIn}`;
    case 'unexpected':
      return `✗ unexpected: ${event.message}`;
    default:
      return mergeStepWords(event);
  }
}

function gateWords(
  event: Extract<OwnEvent, { type: 'check-ended' | 'scope-exceeded' | 'task-verified' }>,
): string {
  if (event.type === 'scope-exceeded')
    return `✗ out of scope: ${event.files.map(({ path }) => path).join(', ')}`;
  if (event.type === 'task-verified')
    return `✓ verified${event.notes.length === 0 ? '' : `, for reviewers: ${event.notes.join('; ')}`}`;
  return `${event.result.state === 'passed' ? '✓' : '✗'} check ${event.result.name} ${checkWords(event.result)}`;
}

function retryWords({ why, isFresh }: Extract<TaskEvent, { type: 'task-retried' }>): string {
  if (why === 'again')
    return 'begins again from the merged base, since its branch could not be brought together with it';
  const how = why === 'asked' ? 'to be retried' : 'retried by itself';
  return isFresh ? `${how}, from the base` : how;
}

const fixFailed = 'the fix failed, and its pull request stays as it was';

/** What a task waits for, or continues from. */
function restWords(
  event: Extract<
    TaskEvent,
    {
      type:
        | 'task-cancelled'
        | 'task-skipped'
        | 'task-blocked'
        | 'task-held'
        | 'task-stacked'
        | 'task-restacked'
        | 'base-taken';
    }
  >,
): string {
  if (event.type === 'task-cancelled') return 'cancelled';
  if (event.type === 'task-skipped') return 'skipped: this run leaves it out';
  if (event.type === 'base-taken')
    return `takes in the base at ${event.base.slice(0, 7)}${conflictWords(event.files)}`;
  if (event.type === 'task-blocked')
    return `blocked: it needs the branch of task ${event.by}, which did not succeed`;
  if (event.type === 'task-restacked')
    return `starts from ${event.on === null ? 'the base' : `the branch of task ${event.on}`} instead: task ${event.without} did not succeed, and is not needed for it`;
  const where = event.files.length === 0 ? '' : ` in ${event.files.slice(0, 3).join(', ')}`;
  if (event.type === 'task-held')
    return `held: its work collides with task ${event.by}'s${where}; it continues ${event.how === 'stack' ? 'from' : 'after'} that one's verified branch`;
  return `continues from the branch of task ${event.on}${conflictWords(event.files)}`;
}

function conflictWords(files: readonly string[]): string {
  return files.length === 0
    ? ''
    : `, with a conflict to resolve in ${files.slice(0, 3).join(', ')}`;
}

/** Who works in a task's session by hand. */
export function attachedWords(attached: TaskState['attached']): string {
  return attached === null ? 'attached' : `attached by ${plainText(attached.by, 100)}`;
}

const detachedWords = {
  left: 'the person has left: its agent continues',
  lost: "the person's terminal is gone: its agent continues",
  withdrawn: 'the person did not wait: its agent continues',
} as const;

const adoptionWords = {
  alive: '● its agent is still at work: taken over',
  ended: 'its agent ended meanwhile: its result is taken',
  dead: 'its agent is gone without a result',
  unclaimed: 'its agent had not started yet',
} as const;

/** A stage as people write it. What a command does before its work is checked is unknown: it is shown as working. */
export function stageWords(stage: string, agent?: string): string {
  const isCommand = agent?.startsWith('command:') ?? false;
  if (isCommand && beforeChecks.has(stage)) return 'working';
  return stage === 'creating_pr' ? 'creating PR' : stage;
}

const beforeChecks: ReadonlySet<string> = new Set<Stage>(['initializing', 'analyzing']);

function startWords(attempt: AttemptState | undefined): string {
  if (attempt === undefined) return 'agent started';
  const why = whyWords[attempt.why];
  return `agent ${agentWords(attempt.agent)} started${why}${attempt.attempt === 1 ? '' : ` (attempt ${attempt.attempt})`}`;
}

const whyWords = {
  first: '',
  'fix-checks': ' to fix its checks',
  'fix-scope': ' to stay in its scope',
  retry: ' to retry',
  'fix-ci': ' to fix the checks of its pull request',
  address: ' to address its pull request',
  resolve: ' to make its branch mergeable',
} as const;

function processWords(
  event: Extract<OwnEvent, { type: 'attempt-stalled' | 'processes-left' }>,
): string {
  if (event.type === 'attempt-stalled')
    return `no sign of life for ${event.silentSeconds}s: ${event.seen}`;
  const { processes, count } = event;
  const named = processes.slice(0, 5).map(({ pid, command }) => `${pid} (${command.slice(0, 60)})`);
  const more = count > named.length ? ` and ${count - named.length} more` : '';
  const pids = processes.map(({ pid }) => pid).join(' ');
  return `! still running after its agent ended, and left alone: ${named.join(', ')}${more}. If they are not yours, end them: kill ${pids}`;
}

function resultWords(result: AttemptResult): string {
  switch (result.kind) {
    case 'exited':
      return `exited (${result.code})`;
    case 'signalled':
      return `was ended by signal ${result.signal}`;
    case 'not-started':
      return `could not be started: ${result.message};`;
    case 'stopped':
      return result.why === 'attached' ? 'made way for a person' : `was stopped, ${result.why},`;
    case 'lost':
      return 'was lost';
    default:
      return unreachable(result);
  }
}

function checkWords({ state, exitCode, durationMs }: CheckResult): string {
  const exit = state === 'failed' && exitCode !== null ? `, exit code ${exitCode}` : '';
  return `${state.replaceAll('-', ' ')}${exit} (${durationText(durationMs)})`;
}

function changeWords(files: readonly ChangedFile[]): string {
  const sum = (side: 'added' | 'removed') =>
    files.reduce((total, file) => total + (file[side] ?? 0), 0);
  return files.length === 0 ? '' : ` (+${sum('added')} -${sum('removed')})`;
}

/** What was found on the forge of a task that an earlier run had published, and what follows. */
function foundWords(work: FoundWork): string {
  switch (work.kind) {
    case 'open': {
      const pull = work.pullRequest === null ? '' : `, pull request #${work.pullRequest.number}`;
      const then = work.isTextChanged
        ? 'its text was edited since, so an agent continues from there'
        : 'it is checked, and no agent is started';
      return `found on the forge: ${work.branch} at ${work.head.slice(0, 7)}${pull}; ${then}`;
    }
    case 'merged':
      return `✓ merged, by pull request #${work.pullRequest.number} of an earlier run`;
    case 'refused':
      return 'found on the forge, and not taken over';
    default:
      return unreachable(work);
  }
}
