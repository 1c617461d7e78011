import type { JournalEvent } from '../../model/event/event.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { failingLines } from './failing-lines.ts';
import { runEventWords } from './run-event-words.ts';
import { taskEventWords } from './task-event-words.ts';

/**
 * One plain line about an event, for people; null for one that is not worth reporting. `state` is the run after the
 * event. `timeZone` is an IANA name; times are in UTC without it.
 */
export function eventLine(state: RunState, event: JournalEvent, timeZone = 'UTC'): string | null {
  return openEventLines(timeZone)(state, event);
}

/** The same for many events: what knows the time zone takes long to make. */
export function openEventLines(
  timeZone: string,
): (state: RunState, event: JournalEvent) => string | null {
  const clock = openClock(timeZone);
  return (state, event) => {
    const body = eventBody(state, event, (words) => withClockTimes(words, event.at, clock));
    return body === null ? null : `${clock.time(event.at)}  ${body}`;
  };
}

/** The same line for `session.log`, with its whole time: ISO 8601 in UTC. */
export function sessionLogLine(state: RunState, event: JournalEvent): string | null {
  const body = eventBody(state, event, (words) => words);
  return body === null ? null : `${event.at}  ${body}`;
}

/**
 * What a task's own log holds besides its agent's words and the beginnings and ends of its attempts: that it was found
 * done, and what went wrong, with the failing lines of a red check below it. Null for all else.
 */
export function agentLogLine(
  state: RunState,
  event: JournalEvent,
): { readonly ordinal: number; readonly line: string } | null {
  if (!('task' in event) || event.task === null) return null;
  const { task: ordinal } = event;
  const task = state.tasks.find((one) => one.ordinal === ordinal);
  const words = isForAgentLog(event) ? taskEventWords(event, task) : null;
  if (words === null) return null;
  const failing = event.type === 'check-ended' ? failingLines(event.result) : [];
  const lines = [`── ${plainText(words, 1_000)}`, ...failing.map((line) => `   ${line}`)];
  return { ordinal, line: lines.join('\n') };
}

function isForAgentLog(event: JournalEvent): boolean {
  switch (event.type) {
    case 'check-ended':
      return event.result.state !== 'passed';
    case 'attempt-stalled':
    case 'processes-left':
    case 'scope-exceeded':
    case 'question-asked':
    case 'task-failed':
    case 'task-attached':
    case 'task-detached':
    case 'work-found':
      return true;
    default:
      return false;
  }
}

function eventBody(
  state: RunState,
  event: JournalEvent,
  shown: (words: string) => string,
): string | null {
  const ordinal = 'task' in event ? event.task : null;
  const task = state.tasks.find((one) => one.ordinal === ordinal);
  const words = 'task' in event ? taskEventWords(event, task) : runEventWords(event, state);
  if (words === null) return null;
  const digits = String(state.tasks.at(-1)?.ordinal ?? 1).length;
  const who = (ordinal === null ? 'run' : `task ${ordinal}`).padEnd(5 + digits);
  const isTitled = task !== undefined && titled.has(event.type);
  const title = isTitled ? `  ${plainText(task.title, 200)}` : '';
  return `${who}  ${plainText(shown(words), 2_000)}${title}`;
}

/** A task's title is shown where the task begins and ends; in between, its number says enough. */
const titled = new Set<JournalEvent['type']>([
  ...(['sub-issue-done', 'work-found', 'attempt-started', 'attempt-adopted'] as const),
  ...(['task-completed', 'task-failed', 'task-cancelled', 'task-skipped', 'task-blocked'] as const),
  ...(['task-merged', 'merge-done', 'merge-left'] as const),
]);

/** Times as people's clocks and calendars show them. */
type Clock = { readonly time: (at: string) => string; readonly day: (at: string) => string };

function openClock(timeZone: string): Clock {
  const times = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  let days: Intl.DateTimeFormat | null = null;
  return {
    time: (at) => times.format(new Date(at)),
    day: (at) => {
      days ??= new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
      return days.format(new Date(at));
    },
  };
}

/** Times that our own words hold, as people's clocks show them; with the day where it is a different one. */
function withClockTimes(words: string, at: string, clock: Clock): string {
  return words.replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z(?!\w)/gu, (time) => {
    const [day, today] = [clock.day(time), clock.day(at)];
    return `${day === today ? '' : `${day} `}${clock.time(time)}`;
  });
}
