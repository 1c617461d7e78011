import type { JournalEvent } from '../../src/model/event/event.ts';

/** Where a run's time goes, in seconds, from its start to its end. */
export type Spans = {
  /** From the start of the program to the first event: loading, reading the repository, the plan. */
  readonly planning: number;
  /** From there to the start of the first agent: sub-issues, workspaces, setup, the base's checks. */
  readonly beforeAgents: number;
  /** From there to the end of the last agent that works on a task. */
  readonly agents: number;
  /** From there to the train: verification, publishing, the union. */
  readonly betweenAgentsAndTrain: number;
  /** From there to the last merge, without what agents took to resolve. */
  readonly train: number;
  readonly resolving: number;
  /** From the last merge to the end of the program. */
  readonly afterLastMerge: number;
};

/** Reads them from a journal; a run with several phases counts what lies between its first agent and its last as theirs. */
export function betweenEvents(
  events: readonly JournalEvent[],
  begun: number,
  ended: number,
): Spans {
  const resolving = new Set(
    events.flatMap((event) =>
      event.type === 'attempt-intended' && event.why === 'resolve'
        ? [`${event.task} ${event.attempt}`]
        : [],
    ),
  );
  const moments = (type: JournalEvent['type'], among = events): number[] =>
    among.filter((event) => event.type === type).map(({ at }) => Date.parse(at));
  const isResolving = (event: JournalEvent): boolean =>
    'attempt' in event && resolving.has(`${event.task} ${event.attempt}`);
  const help = events.filter(isResolving);
  const work = events.filter((event) => !isResolving(event));
  const first = moments('attempt-started', work)[0] ?? ended;
  const began = Math.min(moments('run-started')[0] ?? first, first);
  const lastWork = moments('attempt-ended', work).at(-1) ?? first;
  const lastMerge = moments('merge-done').at(-1) ?? ended;
  const train = moments('train-planned').find((moment) => moment >= lastWork) ?? lastMerge;
  const [starts, ends] = [moments('attempt-started', help), moments('attempt-ended', help)];
  const resolved = ends.reduce((sum, end, at) => sum + end - (starts[at] ?? end), 0);
  const seconds = (from: number, to: number): number => Math.max(0, to - from) / 1_000;
  return {
    planning: seconds(begun, began),
    beforeAgents: seconds(began, first),
    agents: seconds(first, lastWork),
    betweenAgentsAndTrain: seconds(lastWork, Math.min(train, Math.max(lastMerge, lastWork))),
    train: seconds(train + resolved, lastMerge),
    resolving: resolved / 1_000,
    afterLastMerge: seconds(lastMerge, ended),
  };
}
