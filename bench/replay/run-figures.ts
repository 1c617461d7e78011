import type { JournalEvent } from '../../src/model/event/event.ts';
import { betweenEvents, type Spans } from './spans.ts';

export type Why = { readonly task: number; readonly why: string };

/** What one run of one policy came to. */
export type RunFigures = {
  readonly merged: readonly number[];
  /** From the start of the program to the last merge; null when nothing was merged. */
  readonly seconds: number | null;
  /** Of all attempts, those included that came to nothing. */
  readonly agentSeconds: number;
  readonly resolutions: { readonly asked: number; readonly succeeded: number };
  readonly blocked: readonly number[];
  /** Which task the plan starts from whose branch. */
  readonly stacked: readonly { readonly task: number; readonly on: number }[];
  readonly failed: readonly Why[];
  /** Work that succeeded and was not merged. */
  readonly left: readonly Why[];
  readonly spans: Spans;
  /** Why the run did not come to its end by itself. */
  readonly problem: string | null;
};

/** Reads the figures of a run of Flotilla from its journal. `begun` and `ended` are milliseconds since 1970. */
export function readFigures(
  events: readonly JournalEvent[],
  { begun, ended, problem }: { begun: number; ended: number; problem: string | null },
): RunFigures {
  const of = <Type extends JournalEvent['type']>(type: Type) =>
    events.filter((event): event is Extract<JournalEvent, { type: Type }> => event.type === type);
  const merges = of('merge-done');
  const merged = new Set([...merges, ...of('task-merged')].map(({ task }) => task));
  const last = merges.at(-1);
  const plan = of('planned').at(-1)?.plan;
  const tasks = plan?.tasks ?? [];
  return {
    merged: [...merged].toSorted((one, other) => one - other),
    seconds: last === undefined ? null : (Date.parse(last.at) - begun) / 1_000,
    agentSeconds: agentSeconds(events),
    resolutions: { asked: of('resolve-intended').length, succeeded: of('resolve-done').length },
    blocked: unique(of('task-blocked').map(({ task }) => task)).filter((task) => !merged.has(task)),
    stacked: tasks.flatMap(({ ordinal, stackOn }) =>
      stackOn === null ? [] : [{ task: ordinal, on: stackOn }],
    ),
    failed: of('task-failed')
      .filter(({ task }) => !merged.has(task))
      .map(({ task, failure }) => ({ task, why: `${failure.reason}: ${failure.message}` })),
    left: of('merge-left').map(({ task, reason, message }) => ({
      task,
      why: `${reason}: ${message}`,
    })),
    spans: betweenEvents(events, begun, ended),
    problem,
  };
}

/** How long the agents of all attempts worked. */
export function agentSeconds(events: readonly JournalEvent[]): number {
  const started = new Map<string, number>();
  let seconds = 0;
  for (const event of events) {
    if (event.type === 'attempt-started')
      started.set(`${event.task} ${event.attempt}`, Date.parse(event.at));
    if (event.type !== 'attempt-ended') continue;
    const from = started.get(`${event.task} ${event.attempt}`);
    if (from !== undefined) seconds += (Date.parse(event.at) - from) / 1_000;
  }
  return seconds;
}

function unique<Item>(items: readonly Item[]): Item[] {
  return [...new Set(items)];
}
