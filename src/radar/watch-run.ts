import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SeenConflict } from '../model/merge/conflict.ts';
import type { TaskState } from '../model/state/task-state.ts';
import { checkoutIndex } from '../attempts/checkout-index.ts';
import type { Services } from '../services/run-services.ts';
import { mergeAttributes } from '../trial/base-attributes.ts';
import { reactToConflicts } from './react-to-conflicts.ts';
import { openRadar, type SweepParams } from './radar.ts';
import type { WatchedSide } from './radar-looks.ts';
import { watchConflicts } from './watch-conflicts.ts';

/**
 * Watches a run's work for conflicts until the signal comes, journals what it sees, and does what the policy says. A short
 * run never gets to it.
 */
export async function watchRun(
  services: Services<'record' | 'workspaces' | 'settings'>,
  signal: AbortSignal,
): Promise<void> {
  reactToConflicts(services.record);
  const everyMs = services.settings.radarSeconds * 1_000;
  await delay(everyMs, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) return;
  const { record, workspaces } = services;
  await using radar = openRadar({
    ...{ clone: workspaces.clone, confinement: workspaces.confinement },
    directory: join(workspaces.controlDirectory('base'), 'radar.git'),
    attributes: await mergeAttributes(workspaces.clone.git, record.state().base.sha),
  });
  await watchConflicts({
    radar,
    look: () => whatToWatch(services),
    tell: (news) => void record.record(news),
    known: knownNow(services),
    // The next round comes; a failing radar is no reason to stop anybody's work.
    onTrouble: () => undefined,
    everyMs,
    signal,
  });
}

function knownNow({ record }: Services<'record'>): readonly SeenConflict[] {
  return record.state().conflicts;
}

/** With fewer than two sides there is only the base to collide with, which does not move under a run. */
function whatToWatch(services: Services<'record' | 'workspaces'>): SweepParams | null {
  const { tasks, base, artefacts } = services.record.state();
  const sides = tasks.flatMap((task) => sideOf(services, task));
  if (sides.length < 2) return null;
  return { base: base.sha, sides, excluded: [...conventional, ...artefacts.map(asPattern)] };
}

function sideOf(services: Services<'record' | 'workspaces'>, task: TaskState): WatchedSide[] {
  const { ordinal, status, workspace, pushedHead, stackedOn } = task;
  if (status === 'failed' || status === 'cancelled' || status === 'merged') return [];
  if (status === 'completed')
    return pushedHead === null ? [] : [{ task: ordinal, commit: pushedHead }];
  if (workspace?.state !== 'ready') return [];
  // What it was put on while it was under way is in its files, and is not its own work.
  const below = stackedOn === null ? null : services.record.task(stackedOn.on).head;
  const ground = below ?? workspace.baseSha;
  return [{ task: ordinal, path: workspace.path, ground, index: checkoutIndex(services, ordinal) }];
}

/** What the usual tools leave behind, in repositories that do not ignore it. */
const conventional = [
  ...['node_modules/', '__pycache__/', '.pytest_cache/', '.mypy_cache/', '.ruff_cache/', '.tox/'],
  ...['.nox/', '.nyc_output/', '.gradle/', '.DS_Store', '.coverage', '*.pyc', '*.pyo'],
];

/** A path as the pattern that means it alone. */
function asPattern(path: string): string {
  return `/${path.replaceAll(/[\\*?[\]!# ]/gu, String.raw`\$&`)}`;
}
