import type { Journal } from '../src/journal/journal.ts';
import type { RunEvent } from '../src/model/event/event.ts';
import type { ProcessIdentity } from '../src/model/process-identity.ts';
import { sampleEvents } from '../test/rig/sample-run.ts';

export type LongRunParams = {
  readonly journal: Journal;
  readonly run: string;
  readonly tasks: number;
  readonly events: number;
  /** Who works on it. */
  readonly orchestrator: ProcessIdentity;
};

/**
 * Writes a run that goes on: half of its tasks have brought their pull requests, the others have agents at work. Most of
 * its events are what agents say and use, as in real journals.
 */
export function writeLongRun(params: LongRunParams): void {
  const { journal, run, orchestrator } = params;
  const tasks = Array.from({ length: params.tasks }, (_, index) => ({
    title: `Change part ${index + 1} of the shop, and its tests`,
    outcome: index % 2 === 0 ? ('completed' as const) : ('running' as const),
  }));
  const story = sampleEvents({ tasks, ended: null }).map((event) =>
    event.type === 'run-started' ? { ...event, orchestrator } : event,
  ) as readonly RunEvent[];
  const talk = Math.max(0, Math.floor((params.events - story.length) / story.length));
  let written = 0;
  const write = (event: RunEvent): void => {
    journal.append(run, event);
    written += 1;
  };
  const seen = new Set<number>();
  for (const event of story) {
    write(event);
    if (event.type === 'attempt-started') seen.add(event.task);
    for (let turn = 0; turn < talk && seen.size > 0; turn += 1) write(talkOf([...seen], written));
  }
  while (written < params.events) write(talkOf([...seen], written));
}

/** Something that one of the agents does. */
function talkOf(tasks: readonly number[], turn: number): RunEvent {
  const task = tasks[(turn * 7) % tasks.length] ?? 1;
  const attempt = 1;
  switch (turn % 4) {
    case 0:
      return {
        ...{ type: 'heartbeat', task, attempt, outputBytes: turn, cpuSeconds: turn / 100 },
        silentSeconds: turn % 30,
      };
    case 1:
      return {
        ...{ type: 'usage-reported', task, attempt, costUsd: turn / 10_000 },
        ...{ inputTokens: turn * 10, outputTokens: turn },
      };
    case 2:
      return { type: 'stage-changed', task, stage: stages[turn % 3] ?? 'testing', evidence: 'ran' };
    default:
      return { type: 'activity-seen', task, attempt, summary: `reading src/part-${turn}.js` };
  }
}

const stages = ['analyzing', 'implementation', 'testing'] as const;
