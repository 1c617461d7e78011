import type { RunCard, TaskRow } from '../src/dashboard/page-data.ts';

export type Tone = 'busy' | 'good' | 'bad' | 'warning' | 'quiet';

type Look = { readonly mark: string; readonly tone: Tone; readonly words: string };

const stages: Readonly<Record<string, string>> = {
  initializing: 'starting',
  // All that is known of most agents in their first minutes.
  analyzing: 'working',
  planning: 'planning',
  implementation: 'writing code',
  testing: 'testing',
  fixing: 'fixing',
  documenting: 'documenting',
  creating_pr: 'publishing',
};

/** From this silence on, an agent that asks nothing may be stuck. */
const worryingSilenceMs = 120_000;

/** How long a running agent has given no sign of life; null where that is no worry. */
export function worryingSilence(task: TaskRow, now: number): number | null {
  if (task.status !== 'running' || task.isAsking || task.activityAt === null) return null;
  if (!task.isWatched) return null;
  const bar = task.bars.at(-1);
  if (bar === undefined || bar.kind !== 'agent' || bar.to !== null) return null;
  // While it waited for a person, nobody expected a sign of it.
  const signs = [
    task.activityAt,
    bar.from,
    ...task.waits.flatMap(({ kind, to }) => (kind === 'asking' && to !== null ? [to] : [])),
  ];
  const silence = now - Math.max(...signs.map((sign) => Date.parse(sign)));
  return silence >= worryingSilenceMs ? silence : null;
}

/** What a task is, for people: a mark and words, so that nothing is said by colour alone. */
export function taskLook(task: TaskRow, now: number): Look {
  if (task.isAsking) return { mark: '?', tone: 'warning', words: 'asks you' };
  if (worryingSilence(task, now) !== null) return { mark: '!', tone: 'bad', words: 'silent' };
  switch (task.status) {
    case 'running': {
      if (!task.isWatched) return { mark: '■', tone: 'quiet', words: 'not watched' };
      const bar = task.bars.at(-1);
      const isChecked = bar?.to === null && bar.kind === 'check';
      return {
        mark: '●',
        tone: 'busy',
        words: isChecked ? 'verifying' : (stages[task.stage] ?? 'running'),
      };
    }
    case 'queued':
      return { mark: '○', tone: 'quiet', words: 'waiting' };
    case 'blocked':
      return { mark: '◌', tone: 'warning', words: 'blocked' };
    case 'failed':
      return { mark: '✗', tone: 'bad', words: 'failed' };
    case 'completed':
      return task.left === null
        ? { mark: '✓', tone: 'good', words: 'verified' }
        : { mark: '◒', tone: 'warning', words: 'left open' };
    case 'merged':
      return { mark: '✔', tone: 'good', words: 'merged' };
    case 'cancelled':
      return { mark: '–', tone: 'quiet', words: 'cancelled' };
    case 'skipped':
      return { mark: '–', tone: 'quiet', words: 'skipped' };
  }
}

const runLooks: Readonly<Record<RunCard['status'], Look>> = {
  planning: { mark: '●', tone: 'busy', words: 'planning' },
  running: { mark: '●', tone: 'busy', words: 'running' },
  paused: { mark: '⏸', tone: 'warning', words: 'paused' },
  'awaiting-merge': { mark: '◒', tone: 'warning', words: 'to be merged' },
  succeeded: { mark: '✔', tone: 'good', words: 'succeeded' },
  partial: { mark: '◐', tone: 'warning', words: 'partly succeeded' },
  failed: { mark: '✗', tone: 'bad', words: 'failed' },
  cancelled: { mark: '–', tone: 'quiet', words: 'cancelled' },
  interrupted: { mark: '■', tone: 'bad', words: 'interrupted' },
};

export function runLook({ status }: Pick<RunCard, 'status'>): Look {
  return runLooks[status];
}
