import { failureLine } from '../../diagnosis/failure-line.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import type { MergeLeft } from '../../model/event/merge-event.ts';
import type { RunEnded, RunPaused } from '../../model/event/run-event.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import type { Notice, NoticeKind } from '../../model/notification/notice.ts';
import { redOnForge } from '../../model/state/base-trouble.ts';
import { isCiFixDue, isCiRed } from '../../model/state/feedback.ts';
import { begunPhase } from '../../model/state/phases.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { outcomeOf } from '../ending/outcome.ts';
import { redact } from '../redact.ts';
import { askedWords } from '../words/question-words.ts';
import { shellWord } from '../shell-word.ts';

const longestTitle = 120;
const longestText = 500;

/** What an event has to say to a person, before it is made plain and sent. */
type Said = {
  /** What makes it another thing than what was said before. */
  readonly about: readonly (string | number)[];
  readonly kinds: readonly NoticeKind[];
  readonly headline: string;
  readonly text: string;
  /** What to type: `flotilla <command> <issue>`, with a number behind it; `status` when it is left out. */
  readonly command?: readonly [name: 'logs' | 'answer', number: number];
};

/** What is known besides the journal. */
export type NoticeWays = {
  /** How often red checks of the forge's go back to an agent. */
  readonly ciFixes: number;
  /** How many of the run's starts had come to their end before the event. */
  readonly ends: number;
};

/**
 * What a person should know about an event, if anything. `state` is the run after the event. A function of the journal
 * alone: an orchestrator that is started again finds the same notices under the same keys.
 */
export function noticeOf(event: JournalEvent, state: RunState, ways: NoticeWays): Notice | null {
  const ordinal = 'task' in event ? event.task : null;
  const task = state.tasks.find((one) => one.ordinal === ordinal);
  const said =
    task === undefined ? saidOfRun(event, state, ways) : saidOfTask(event, task, state, ways);
  if (said === null) return null;
  const issue = displayIssue(state.issue);
  const [name = 'status', ...numbers] = said.command ?? [];
  return {
    key: [...said.about, ...(ordinal === null ? [] : [`task ${ordinal}`])].join('/'),
    kinds: said.kinds,
    task: ordinal,
    title: plainText(`${issue}: ${said.headline}`, longestTitle),
    text: plainText(redact(said.text, []), longestText),
    link: linkOf(task, state),
    command: ['flotilla', name, shellWord(issue), ...numbers].join(' '),
    ...{ run: event.run, issue, at: event.at },
  };
}

function saidOfTask(
  event: JournalEvent,
  task: TaskState,
  state: RunState,
  { ciFixes }: NoticeWays,
): Said | null {
  const who = `task ${task.ordinal}`;
  switch (event.type) {
    case 'attempt-stalled':
      return {
        about: ['stalled', event.attempt],
        kinds: ['stalled'],
        headline: `${who} is stalled`,
        text: `${task.title}: no sign of life for ${Math.round(event.silentSeconds)} seconds. ${event.seen}`,
        command: ['logs', task.ordinal],
      };
    case 'task-failed': {
      const isRed = event.failure.reason === 'check-failed';
      return {
        about: ['failed', task.rounds.length],
        kinds: isRed ? ['needs-person', 'failed'] : ['failed'],
        headline: isRed ? `${who} failed, a check is still red` : `${who} failed`,
        text: `${task.title}: ${failureLine(event.failure)}`,
        command: ['logs', task.ordinal],
      };
    }
    case 'ci-seen':
      if (!isCiRed(task) || isCiFixDue(task, ciFixes, redOnForge(state))) return null;
      return {
        about: ['ci', event.head],
        kinds: ['needs-person'],
        headline: `the checks of ${pullName(task)} are red`,
        text: `${task.title}: ${event.failed.join(', ')}. No agent is going to fix them.`,
      };
    case 'merge-left':
      if (!isForPerson(event, state)) return null;
      return {
        about: ['left', event.reason, task.rounds.length],
        kinds: ['needs-person'],
        headline: `${pullName(task)} was not merged`,
        text: `${task.title}: ${event.message}`,
      };
    case 'question-asked':
      return {
        about: ['question', event.question],
        kinds: ['needs-person'],
        headline: `${who} asks`,
        text: `${task.title}: ${askedWords(event)}`,
        command: ['answer', event.question],
      };
    default:
      return null;
  }
}

function saidOfRun(event: JournalEvent, state: RunState, ways: NoticeWays): Said | null {
  switch (event.type) {
    case 'run-paused':
      return saidOfPause(event, state, ways);
    case 'phase-begun': {
      const phases = state.plan?.phases ?? [];
      const before = phases.map(({ number }) => number).filter((number) => number < event.phase);
      if (before.length === 0) return null;
      return {
        about: ['phase', event.phase],
        kinds: ['phase-done'],
        headline: `phase ${Math.max(...before)} of ${phases.length} is merged`,
        text: `${state.title}: phase ${event.phase} begins.`,
      };
    }
    case 'run-ended':
      return saidOfEnd(event, state);
    default:
      return null;
  }
}

/** A pause with an end of its own needs nobody, unless it waits for reviewers. */
function saidOfPause(
  { reason, message, until }: RunPaused,
  state: RunState,
  { ends }: NoticeWays,
): Said | null {
  const isForPeople = reason === 'unreviewed' || reason === 'unapproved';
  if (until !== null && !isForPeople) return null;
  const open = state.tasks.filter(({ status }) => status === 'completed');
  return {
    // Met again by an orchestrator that takes over from a dead one, it is the same; for other pull requests it is another.
    about: ['paused', reason, ...(isForPeople ? open.map(({ ordinal }) => ordinal) : [ends])],
    kinds: ['needs-person'],
    headline: isForPeople ? 'waiting for reviewers' : 'paused, nothing new starts',
    text: `${state.title}: ${message}`,
  };
}

function saidOfEnd({ how }: RunEnded, state: RunState): Said {
  const { phase, of, succeeded, total } = begunPhase(state);
  const isWaiting = how === 'awaiting-merge';
  const isPhaseDone = isWaiting && of > 1 && phase < of && succeeded === total;
  return {
    about: ['ended', how, endsOf(state)],
    kinds: [
      'run-done',
      ...(isWaiting ? (['needs-person'] as const) : []),
      ...(isPhaseDone ? (['phase-done'] as const) : []),
    ],
    headline: endWords[how],
    text: `${state.title}: ${outcomeOf(state).headline}`,
  };
}

const endWords: Readonly<Record<RunEnded['how'], string>> = {
  finished: 'the run is over',
  interrupted: 'the run was interrupted',
  cancelled: 'the run was cancelled',
  'timed-out': "the run's time ran out",
  'awaiting-merge': 'the run waits for pull requests to be merged',
  refused: 'the run did not start, the base is not ready',
};

/**
 * Distinguishes one standing of the tasks from another: a run that ends again with nothing done in between has nothing
 * new to say.
 */
function endsOf({ tasks }: RunState): string {
  return tasks.map(({ ordinal, status, rounds }) => `${ordinal}=${status}.${rounds.length}`).join();
}

/** A branch that the run will begin again, or that people have judged already, is no news. */
function isForPerson({ reason, with: others }: MergeLeft, { settings }: RunState): boolean {
  if (reason === 'closed' || reason === 'needs' || reason === 'not-approved') return false;
  const isCurable = reason === 'conflict' || (reason === 'check-failed' && others.length > 0);
  return settings.merge !== 'verified' || !isCurable;
}

function pullName({ pullRequest, ordinal }: TaskState): string {
  return pullRequest === null ? `task ${ordinal}` : `pull request #${pullRequest.number}`;
}

/** The pull request that it is about, or the issue. A file of the local forge is of no use elsewhere. */
function linkOf(task: TaskState | undefined, { tasks, issue }: RunState): string | null {
  const open = tasks.filter(({ status }) => status === 'completed');
  const only = open.length === 1 ? open[0] : undefined;
  const pull = onWeb((task ?? only)?.pullRequest?.url);
  if (pull !== null || issue.forge === 'local') return pull?.href ?? null;
  const [known = new URL('https://github.com')] = tasks.flatMap(
    ({ issueUrl }) => onWeb(issueUrl) ?? [],
  );
  const master = new URL(`/${issue.owner}/${issue.repo}/issues/${issue.number}`, known);
  return (onWeb(task?.issueUrl) ?? master).href;
}

function onWeb(url: string | null | undefined): URL | null {
  if (url == null || !URL.canParse(url)) return null;
  return /^https?:/u.test(url) ? new URL(url) : null;
}
