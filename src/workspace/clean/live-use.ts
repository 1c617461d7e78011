import { readdir, readFile, readlink } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ProcessIdentity } from '../../model/process-identity.ts';
import { isAlive } from '../../process/identity.ts';
import { markerVariable } from '../../process/process-tree.ts';
import { isMarkedBelow } from '../environment/markers.ts';

/** Where a living process works, and which attempt's marker it carries. */
export type ProcessUse = {
  readonly pid: number;
  /** Its current directory, with symbolic links resolved. */
  readonly directory: string;
  /** What `attemptMarker` made; null for processes that no run started. */
  readonly marker: string | null;
};

/** Looks at all processes of this user; empty where there is no `/proc`. */
export async function readProcessUses(): Promise<ProcessUse[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/u.test(name));
  return (await Promise.all(pids.map(readUse))).filter((use) => use !== null);
}

async function readUse(pid: string): Promise<ProcessUse | null> {
  try {
    const directory = await readlink(`/proc/${pid}/cwd`);
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    const start = `${markerVariable}=`;
    const line = environment.split('\0').find((variable) => variable.startsWith(start));
    return { pid: Number(pid), directory, marker: line?.slice(start.length) ?? null };
  } catch {
    // It ended while we looked, or it is another user's, who cannot enter our directories.
    return null;
  }
}

/** The pid of a process that works in a directory or for a task; null when there is none. */
export function userOf(
  uses: readonly ProcessUse[],
  { path, marker }: { readonly path: string; readonly marker: string | null },
): number | null {
  const found = uses.find(
    (use) =>
      use.directory === path ||
      use.directory.startsWith(`${path}${sep}`) ||
      (marker !== null && use.marker !== null && isMarkedBelow(use.marker, marker)),
  );
  return found?.pid ?? null;
}

/** The tasks of a run, by the names of their control directories, whose newest claim belongs to a living process. */
export async function tasksWithLiveClaim(
  runDirectory: string,
): Promise<ReadonlyMap<string, number>> {
  const live = new Map<string, number>();
  for (const task of await readdir(runDirectory).catch(() => []))
    for (const attempt of await readdir(join(runDirectory, task)).catch(() => [])) {
      const claim = await readClaim(join(runDirectory, task, attempt, 'claim'));
      if (claim !== null && (await isAlive(claim))) live.set(task, claim.pid);
    }
  return live;
}

async function readClaim(path: string): Promise<ProcessIdentity | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ProcessIdentity;
  } catch {
    return null;
  }
}
