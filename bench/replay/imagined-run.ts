import type { JournalEvent } from '../../src/model/event/event.ts';
import { agentSeconds, type RunFigures } from './run-figures.ts';

/** What is imagined to be other than it was in a run. */
export type Imagined = {
  /** How many times as long every agent works. */
  readonly agentFactor: number;
  /** How long a check takes, and how many of them the machine runs at once. */
  readonly check: { readonly seconds: number; readonly atOnce: number };
};

/** How long agents wait for the base's own check before they start without it: the default. */
const baseWait = 120;

/**
 * When the last merge would have been, in seconds from the start: computed from the journal of a run with short agents and
 * a trivial check, which is taken to do the same steps. All tasks are taken to have a place of their own. In each phase the
 * base's check holds the agents back for two minutes at most, tasks are checked as their work ends and as places are free,
 * then the union and the train check one after another. Null where nothing was merged.
 */
export function imagineRun(
  events: readonly JournalEvent[],
  figures: RunFigures,
  imagined: Imagined,
): number | null {
  if (figures.seconds === null || events.length === 0) return null;
  const resolving = figures.spans.resolving * (imagined.agentFactor - 1);
  const added = splitPhases(events).map((phase) => addedIn(phase, imagined));
  return added.reduce((sum, one) => sum + one, figures.seconds + resolving);
}

/** The same of plain merging, where nothing is checked but each merged base: what keeps it green, and nothing more. */
export function imaginePlain(
  { seconds, merged }: RunFigures,
  longestTask: number,
  { agentFactor, check }: Imagined,
): number | null {
  if (seconds === null) return null;
  return seconds + longestTask * (agentFactor - 1) + merged.length * check.seconds;
}

function splitPhases(events: readonly JournalEvent[]): JournalEvent[][] {
  const phases: JournalEvent[][] = [[]];
  for (const event of events) {
    if (event.type === 'phase-begun') phases.push([]);
    phases.at(-1)?.push(event);
  }
  return phases;
}

function addedIn(phase: readonly JournalEvent[], imagined: Imagined): number {
  const serial = phase.reduce((sum, event) => sum + serialChecks(event), 0);
  return serial * imagined.check.seconds + addedToTasks(phase, imagined);
}

/** How often an event says that checks ran which everything else waited for. */
function serialChecks(event: JournalEvent): number {
  if (event.type === 'union-judged') return event.verdict.runs;
  return event.type === 'update-checked' ? event.checks.length : 0;
}

/** A task's way through a phase, in seconds. */
export type TaskWay = {
  readonly task: number;
  readonly on: number | null;
  /** From the phase's start, or the end of the task below, to the end of its work. */
  readonly work: number;
  /** How much of that agents worked. */
  readonly agents: number;
  readonly checks: number;
  /** What its end takes after its work, without checks. */
  readonly rest: number;
};

function addedToTasks(phase: readonly JournalEvent[], imagined: Imagined): number {
  const ways = waysOf(phase);
  if (ways.length === 0) return 0;
  const hasBaseCheck = phase.some(({ type }) => type === 'base-checked');
  const asItWas = { agentFactor: 1, check: { seconds: 0, atOnce: imagined.check.atOnce } };
  return endOf(ways, imagined, hasBaseCheck) - endOf(ways, asItWas, false);
}

/** When the last task is through: tasks in the order in which they are ready take the places for checks. */
export function endOf(
  ways: readonly TaskWay[],
  { agentFactor, check: { seconds, atOnce } }: Imagined,
  hasBaseCheck: boolean,
): number {
  const baseSeconds = hasBaseCheck ? seconds : 0;
  const ends = new Map<number, number>();
  const places = Array.from({ length: atOnce }, () => 0);
  const open = [...ways];
  while (open.length > 0) {
    const ready = open.flatMap((way) => {
      const isAbove = ways.some(({ task }) => task === way.on);
      const from = isAbove ? ends.get(way.on ?? 0) : Math.min(baseSeconds, baseWait);
      return from === undefined
        ? []
        : [{ way, at: from + way.work + way.agents * (agentFactor - 1) }];
    });
    const next = ready.toSorted((one, other) => one.at - other.at)[0];
    if (next === undefined) break;
    open.splice(open.indexOf(next.way), 1);
    let at = next.at;
    for (let round = 0; round < next.way.checks; round += 1) {
      const place = places.indexOf(Math.min(...places));
      at = Math.max(at, baseSeconds, places[place] ?? 0) + seconds;
      places[place] = at;
    }
    ends.set(next.way.task, at + next.way.rest);
  }
  return Math.max(...ends.values());
}

function waysOf(phase: readonly JournalEvent[]): TaskWay[] {
  const first = phase[0];
  const plan = phase.findLast((event) => event.type === 'planned')?.plan;
  if (first === undefined || plan === undefined) return [];
  const begun = Date.parse(first.at);
  // What comes after that is the train's: agents that resolve have attempts, too.
  const train = phase.findIndex(({ type }) => type === 'train-planned');
  const events = train === -1 ? phase : phase.slice(0, train);
  const lastOf = (task: number, types: readonly JournalEvent['type'][]): number | null => {
    const event = events.findLast(
      (one) => types.includes(one.type) && 'task' in one && one.task === task,
    );
    return event === undefined ? null : Date.parse(event.at);
  };
  const endedAt = (task: number): number | null => lastOf(task, ['task-completed', 'task-failed']);
  return plan.tasks.flatMap(({ ordinal, stackOn }) => {
    const [worked, ended] = [lastOf(ordinal, ['attempt-ended']), endedAt(ordinal)];
    if (worked === null || ended === null) return [];
    const from = (stackOn === null ? null : endedAt(stackOn)) ?? begun;
    const checks = events.filter((event) => event.type === 'check-ended' && event.task === ordinal);
    const span = (start: number, end: number): number => Math.max(0, end - start) / 1_000;
    const rest = span(worked, ended);
    const agents = agentSeconds(
      events.filter((event) => 'task' in event && event.task === ordinal),
    );
    const work = Math.max(agents, span(from, worked));
    return [{ task: ordinal, on: stackOn, work, agents, checks: checks.length, rest }];
  });
}
