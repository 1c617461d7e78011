import { expect } from 'vitest';
import type { World } from './world.ts';

/** A task as `status --json` tells it. */
export type ToldTask = {
  readonly ordinal: number;
  readonly title: string;
  readonly state: string;
  readonly attempt: number;
  readonly branch: string | null;
  readonly commits: number;
  readonly costUsd: number | null;
  readonly pullRequest: { readonly number: number; readonly url: string } | null;
  readonly failure: {
    readonly reason: string;
    readonly type: string;
    readonly message: string;
  } | null;
};

/** A run as `status --json` tells it. */
export type ToldRun = {
  readonly run: string;
  readonly issue: string;
  readonly state: string;
  readonly base: { readonly branch: string; readonly sha: string };
  readonly tasks: readonly ToldTask[];
};

/** What `status --json` says of the newest run, or of an issue's. */
export async function readStatus(world: World, ...issue: readonly string[]): Promise<ToldRun> {
  const { code, stdout, stderr } = await world.flotilla('status', ...issue, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as ToldRun;
}

/** One task of a run. */
export function taskOf(run: ToldRun, ordinal: number): ToldTask {
  const task = run.tasks.find((candidate) => candidate.ordinal === ordinal);
  if (task === undefined) throw new Error(`The run has no task ${ordinal}`);
  return task;
}

/** How each task failed, by its number; null for those that did not. */
export function failuresOf(run: ToldRun): Record<number, string | null> {
  return Object.fromEntries(
    run.tasks.map(({ ordinal, failure }) => [ordinal, failure?.reason ?? null]),
  );
}

/** The ref by which the user sees a task's branch. */
export function refOf(run: ToldRun, ordinal: number): string {
  return `refs/remotes/flotilla/${taskOf(run, ordinal).branch}`;
}
