import type { JournalEvent } from '../model/event/event.ts';
import { beginWait, openSpans, rootKey, type OpenSpans, type SpanEnd } from './open-spans.ts';
import type { RunSpan } from './run-span.ts';
import { takeTaskEvent } from './trace-of-task.ts';

/** What of a run is going on, and what has come to its end. */
export type RunTrace = {
  /** Takes the next event of the journal, and gives the spans that end with it. */
  readonly take: (event: JournalEvent) => readonly RunSpan[];
  /** The key of the span that work outside the journal is part of now. */
  readonly current: () => string;
};

/**
 * Follows a run from its first event on. What a process that died had begun is ended by the events of the next one, so
 * that each span ends once; it is for those who take it to send only what ends with events of their own.
 */
export function traceOfRun(): RunTrace {
  const spans = openSpans();
  let last = '';
  return {
    take: (event) => {
      const ended =
        'task' in event && event.task !== null
          ? takeTaskEvent(spans, event, event.task)
          : takeRunEvent(spans, event, last);
      last = event.at;
      return ended;
    },
    current: () => spans.keyIn('start', rootKey),
  };
}

function takeRunEvent(spans: OpenSpans, event: JournalEvent, last: string): readonly RunSpan[] {
  const { at } = event;
  switch (event.type) {
    case 'run-started':
    case 'run-resumed':
      return beginStart(spans, event, last);
    case 'run-ended': {
      const ending = { at, more: { 'flotilla.end': event.how } };
      // The run is shown as it first ended: what a later start adds has a span of its own.
      return [...endStart(spans, ending), ...spans.end('run', ending)];
    }
    case 'run-paused':
    case 'run-continued':
    case 'pause-requested':
    case 'continue-requested':
      return takePause(spans, event);
    case 'train-planned': {
      const before = spans.end('train', { at });
      spans.begin('train', event, {
        ...{ key: `merge:${event.seq}`, parent: spans.keyIn('start', rootKey) },
        ...{ name: 'flotilla.merge', attributes: { 'flotilla.merge.pulls': event.cars.length } },
      });
      return before;
    }
    case 'train-ended':
      return spans.end('train', { at });
    case 'question-answered':
    case 'question-expired': {
      const slot = spans.slotEndingIn(`:question-${event.question}`);
      const more = { 'flotilla.wait.answered': event.type === 'question-answered' };
      return slot === null ? [] : spans.end(slot, { at, more });
    }
    default:
      return [];
  }
}

function beginStart(
  spans: OpenSpans,
  event: Extract<JournalEvent, { type: 'run-started' | 'run-resumed' }>,
  last: string,
): readonly RunSpan[] {
  // An orchestrator that died has not said so: its last event says how long it lived.
  const died = endStart(spans, { at: last, error: 'died' });
  if (event.type === 'run-started')
    spans.begin('run', event, {
      ...{ key: rootKey, parent: null, name: 'flotilla.run' },
      attributes: { 'flotilla.run': event.run, 'flotilla.forge': event.issue.forge },
    });
  const key = `start:${event.seq}`;
  spans.begin('start', event, { key, parent: rootKey, name: 'flotilla.start' });
  return died;
}

/** Nothing that an orchestrator waited for outlives it. */
function endStart(spans: OpenSpans, ending: SpanEnd): readonly RunSpan[] {
  return [...spans.endAll('waiting:', { at: ending.at }), ...spans.end('start', ending)];
}

type PauseEvent = Extract<
  JournalEvent,
  { type: 'run-paused' | 'run-continued' | 'pause-requested' | 'continue-requested' }
>;

/** What a run finds out and what somebody asks for are two waits, which may overlap. */
function takePause(spans: OpenSpans, event: PauseEvent): readonly RunSpan[] {
  const isFound = event.type === 'run-paused' || event.type === 'run-continued';
  const slot = isFound ? 'waiting:found' : 'waiting:asked';
  const isBegin = event.type === 'run-paused' || event.type === 'pause-requested';
  const isOver = !isBegin || event.type === 'run-paused';
  const before = isOver ? spans.end(slot, { at: event.at }) : [];
  const reason = event.type === 'run-paused' ? event.reason : 'asked';
  if (isBegin) beginWait(spans, event, { slot, reason, parent: spans.keyIn('start', rootKey) });
  return before;
}
