import type { ReplayUser } from './replay-user.ts';
import { notesOf, workFromBase } from './base-branches.ts';
import { succeeds } from './git-in.ts';
import type { RunFigures } from './run-figures.ts';

export type PlainParams = {
  readonly user: ReplayUser;
  readonly seconds: readonly number[];
  readonly atOnce: number;
};

/** What somebody without Flotilla does: all tasks in worktrees, then `git merge` in the order, conflicts left out. */
export async function runPlain({ user, seconds, atOnce }: PlainParams): Promise<RunFigures> {
  const begun = Date.now();
  await workFromBase(user, seconds.length, atOnce);
  const worked = Date.now();
  const notes = notesOf(user);
  const merged: number[] = [];
  let last: number | null = null;
  for (const { task, outcome } of notes.toSorted((one, other) => one.task - other.task)) {
    if (outcome !== 'applied' && outcome !== 'files left') continue;
    if (succeeds(user.git, 'merge', '--quiet', '--no-edit', `task-${task}`)) {
      merged.push(task);
      last = Date.now();
    } else succeeds(user.git, 'merge', '--abort');
  }
  const firstAgent = Math.min(...notes.map((note) => note.begun));
  const since = (moment: number, from = begun): number => (moment - from) / 1_000;
  return {
    merged,
    seconds: last === null ? null : since(last),
    agentSeconds: notes.reduce((sum, note) => sum + since(note.ended, note.begun), 0),
    resolutions: { asked: 0, succeeded: 0 },
    blocked: [],
    stacked: [],
    failed: notes.flatMap(({ task, outcome }) =>
      outcome === 'applied' || outcome === 'files left' ? [] : [{ task, why: outcome }],
    ),
    left: notes.flatMap(({ task, outcome }) =>
      (outcome === 'applied' || outcome === 'files left') && !merged.includes(task)
        ? [{ task, why: 'conflict' }]
        : [],
    ),
    spans: {
      planning: 0,
      beforeAgents: since(firstAgent),
      agents: since(worked, firstAgent),
      betweenAgentsAndTrain: 0,
      train: last === null ? 0 : since(last, worked),
      resolving: 0,
      afterLastMerge: 0,
    },
    problem: null,
  };
}
