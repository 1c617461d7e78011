import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanBaseline, takeBaseline, type Baseline } from '../workspace/salvage/leftovers.ts';
import type { Services } from '../services/run-services.ts';

/**
 * Notes what stands uncommitted in a workspace before its next attempt, in the attempt's directory: the process that verifies the
 * work, this orchestrator or a later one, can distinguish the agent's leftovers from it. What an attempt that was cut short
 * left is its work: the next attempt inherits its baseline.
 */
export async function noteBaseline(
  services: Services<'record' | 'workspaces' | 'clock' | 'settings'>,
  ordinal: number,
): Promise<void> {
  const { attempts, workspace } = services.record.task(ordinal);
  const previous = attempts.at(-1);
  const path = workspace?.path ?? '';
  // A check, or an agent before this one, may have been ended in the middle of a git command.
  await services.workspaces.visit(path, {
    marker: services.workspaces.marker(ordinal),
    signal: services.clock.stop.now,
  });
  const isInherited = previous !== undefined && previous.head === null;
  const baseline = isInherited
    ? await readBaseline(previous.directory)
    : await lookAt(services, path, previous === undefined);
  const directory = join(
    services.workspaces.controlDirectory(ordinal),
    `attempt-${attempts.length + 1}`,
  );
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { untracked, changed } = baseline;
  await writeFile(
    join(directory, 'baseline.json'),
    JSON.stringify({ untracked, changed: [...changed] }),
  );
}

/** A fresh checkout with nothing copied or set up in it is clean; anything else is looked at. */
function lookAt(
  services: Services<'workspaces' | 'clock' | 'settings'>,
  path: string,
  isFirst: boolean,
): Promise<Baseline> {
  if (isFirst && services.settings.setup === null && !services.settings.isCopyingFiles)
    return Promise.resolve(cleanBaseline);
  return takeBaseline(services.workspaces.git(path, { signal: services.clock.stop.now }), path);
}

/** What {@link noteBaseline} noted for an attempt. A torn or missing note is an empty one: all that is dirty is the agent's. */
export async function readBaseline(directory: string): Promise<Baseline> {
  try {
    const text = await readFile(join(directory, 'baseline.json'), 'utf8');
    const { untracked, changed } = JSON.parse(text) as {
      untracked: string[];
      changed: [string, string][];
    };
    return { untracked, changed: new Map(changed) };
  } catch {
    return cleanBaseline;
  }
}
