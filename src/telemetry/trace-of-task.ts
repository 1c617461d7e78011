import type { AttemptResult } from '../model/event/attempt-event.ts';
import type { JournalEvent } from '../model/event/event.ts';
import { beginWait, rootKey, type OpenSpans, type SpanEnd } from './open-spans.ts';
import type { RunSpan, SpanAttributes } from './run-span.ts';

/** Takes an event about one task, and gives the spans that end with it. */
export function takeTaskEvent(
  spans: OpenSpans,
  event: JournalEvent,
  task: number,
): readonly RunSpan[] {
  switch (event.type) {
    case 'work-found':
    case 'sub-issue-intended':
    case 'workspace-intended':
    case 'task-retried':
    case 'task-returned':
      beginTask(spans, event, task);
      return [];
    case 'attempt-intended':
    case 'attempt-ended':
    case 'usage-reported':
    case 'stage-changed':
      return takeAttemptEvent(spans, event);
    case 'question-asked': {
      const slot = `${slots(task).inAttempt}question-${event.question}`;
      beginWait(spans, event, { slot, reason: 'question', parent: attemptKey(spans, task) });
      return [];
    }
    case 'task-held': {
      const parent = taskKey(spans, task);
      beginWait(spans, event, { slot: slots(task).held, reason: 'held', parent });
      return [];
    }
    case 'setup-ended':
    case 'check-ended':
      return [measured(spans, event)];
    default:
      return takeEnd(spans, event, task);
  }
}

function takeEnd(spans: OpenSpans, event: JournalEvent, task: number): readonly RunSpan[] {
  const { at } = event;
  switch (event.type) {
    case 'task-failed': {
      const error = event.failure.reason;
      return endTask(spans, task, { at, error, more: { 'flotilla.end': 'failed' } });
    }
    case 'task-completed':
    case 'task-cancelled':
    case 'task-skipped':
    case 'task-blocked':
    case 'merge-left':
      return endTask(spans, task, {
        at,
        more: { 'flotilla.end': event.type.replace(/^\w+-/u, '') },
      });
    case 'merge-done':
    case 'task-merged':
      return endTask(spans, task, { at, more: { 'flotilla.end': 'merged' } });
    default:
      return [];
  }
}

function slots(task: number) {
  return {
    task: `task:${task}`,
    attempt: `in-task:${task}:attempt`,
    held: `in-task:${task}:held`,
    stage: `in-attempt:${task}:stage`,
    inTask: `in-task:${task}:`,
    inAttempt: `in-attempt:${task}:`,
  };
}

function taskKey(spans: OpenSpans, task: number): string {
  return spans.keyIn(slots(task).task, rootKey);
}

function attemptKey(spans: OpenSpans, task: number): string {
  return spans.keyIn(slots(task).attempt, taskKey(spans, task));
}

/** One round of a task: what a retry or a return begins is another one. */
function beginTask(spans: OpenSpans, event: JournalEvent, task: number): void {
  spans.begin(slots(task).task, event, {
    ...{ key: `task:${task}:${event.seq}`, parent: rootKey, name: 'flotilla.task' },
    attributes: { 'flotilla.task': task },
  });
}

function endTask(spans: OpenSpans, task: number, ending: SpanEnd): readonly RunSpan[] {
  const { inAttempt, inTask, task: own } = slots(task);
  const { at } = ending;
  return [
    ...spans.endAll(inAttempt, { at }),
    ...spans.endAll(inTask, { at }),
    ...spans.end(own, ending),
  ];
}

type AttemptEvent = Extract<
  JournalEvent,
  { type: 'attempt-intended' | 'attempt-ended' | 'usage-reported' | 'stage-changed' }
>;

function takeAttemptEvent(spans: OpenSpans, event: AttemptEvent): readonly RunSpan[] {
  const { task, at, seq } = event;
  const { attempt: slot, inAttempt, held, stage } = slots(task);
  switch (event.type) {
    case 'attempt-intended': {
      beginTask(spans, event, task);
      const waited = spans.end(held, { at });
      const { attempt, why, agent } = event;
      const key = `attempt:${task}:${attempt}`;
      // Of an agent that is a command, what comes after the colon is the user's.
      const named = { 'flotilla.agent': agent.split(':')[0] ?? '', 'flotilla.why': why };
      const attributes = { 'flotilla.task': task, 'flotilla.attempt': attempt, ...named };
      spans.begin(slot, event, {
        key,
        parent: taskKey(spans, task),
        name: 'flotilla.attempt',
        attributes,
      });
      return waited;
    }
    case 'usage-reported':
      spans.note(slot, usageOf(event));
      return [];
    case 'stage-changed': {
      const before = spans.end(stage, { at });
      spans.begin(stage, event, {
        ...{ key: `stage:${task}:${seq}`, parent: attemptKey(spans, task), name: 'flotilla.stage' },
        attributes: { 'flotilla.task': task, 'flotilla.stage': event.stage },
      });
      return before;
    }
    case 'attempt-ended': {
      const error = event.failure?.reason ?? null;
      const ending = { at, error, more: resultOf(event.result) };
      return [...spans.endAll(inAttempt, { at }), ...spans.end(slot, ending)];
    }
  }
}

/** A setup or a check, which the journal knows by its end and by how long it took. */
function measured(
  spans: OpenSpans,
  event: Extract<JournalEvent, { type: 'setup-ended' | 'check-ended' }>,
): RunSpan {
  const { task, result, at, seq } = event;
  return {
    ...{ key: `check:${seq}`, parent: taskKey(spans, task) },
    name: event.type === 'setup-ended' ? 'flotilla.setup' : 'flotilla.check',
    start: new Date(Date.parse(at) - result.durationMs).toISOString(),
    end: at,
    attributes: { 'flotilla.task': task, 'flotilla.check.state': result.state },
    error: result.state === 'passed' ? null : result.state,
  };
}

function usageOf({
  costUsd,
  inputTokens,
  outputTokens,
}: Extract<JournalEvent, { type: 'usage-reported' }>): SpanAttributes {
  return {
    ...(costUsd === null ? {} : { 'flotilla.cost_usd': costUsd }),
    ...(inputTokens === null ? {} : { 'flotilla.input_tokens': inputTokens }),
    ...(outputTokens === null ? {} : { 'flotilla.output_tokens': outputTokens }),
  };
}

function resultOf(result: AttemptResult): SpanAttributes {
  const kind = { 'flotilla.result': result.kind };
  return result.kind === 'exited' ? { ...kind, 'flotilla.exit_code': result.code } : kind;
}
