import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { statFields } from './identity.ts';

/** The variable that marks everything an attempt, a setup or a check starts, so that it can be found and ended. */
export const markerVariable = 'FLOTILLA_ATTEMPT';

/** Who belongs together: the session and group of a leader, its descendants, and whatever carries the marker. */
export type TreeRoot = {
  readonly leader: number | null;
  readonly marker: string | null;
  /** Lost descendants come back to the leader, so it is no member: it lives until the last of them has ended. */
  readonly isHolder?: boolean;
};

type Entry = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly cpuTicks: number;
};

/** The pids of a tree's living members; empty where there is no `/proc`. */
export async function treeMembers(root: TreeRoot): Promise<number[]> {
  return (await membersOf(root)).map(({ pid }) => pid);
}

/**
 * Seconds of CPU time that the living descendants of some processes have used, by the ancestor's pid, from one look at
 * the process table; null where there is no `/proc`.
 */
export async function cpuSecondsBelow(
  pids: readonly number[],
): Promise<Map<number, number> | null> {
  if (process.platform !== 'linux') return null;
  const entries = await processTable();
  const used = pids.map((pid) => {
    const members = new Map(
      entries.filter((entry) => entry.pid === pid).map((entry) => [pid, entry]),
    );
    addDescendants(members, entries);
    const ticks = [...members.values()].reduce((sum, { cpuTicks }) => sum + cpuTicks, 0);
    return [pid, ticks / ticksPerSecond] as const;
  });
  return new Map(used);
}

/** The kernel counts in these units, on every architecture that Node runs on. */
const ticksPerSecond = 100;

async function membersOf(root: TreeRoot): Promise<Entry[]> {
  const entries = (await processTable()).filter(({ pid }) => pid !== process.pid);
  const marked = root.marker === null ? new Set<number>() : await markedPids(entries, root.marker);
  const isOfLeader = ({ pid, group, session }: Entry): boolean =>
    root.leader !== null && [pid, group, session].includes(root.leader);
  const members = new Map<number, Entry>();
  for (const entry of entries)
    if (marked.has(entry.pid) || isOfLeader(entry)) members.set(entry.pid, entry);
  addDescendants(members, entries);
  if (root.isHolder) members.delete(root.leader ?? 0);
  return [...members.values()];
}

function addDescendants(members: Map<number, Entry>, entries: readonly Entry[]): void {
  let hasGrown = true;
  while (hasGrown) {
    hasGrown = false;
    for (const entry of entries) {
      if (members.has(entry.pid) || !members.has(entry.parent)) continue;
      members.set(entry.pid, entry);
      hasGrown = true;
    }
  }
}

async function processTable(): Promise<Entry[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/u.test(name));
  const entries = await Promise.all(pids.map((name) => readEntry(Number(name))));
  return entries.filter((entry) => entry !== null);
}

async function readEntry(pid: number): Promise<Entry | null> {
  try {
    const fields = statFields(await readFile(`/proc/${pid}/stat`, 'latin1'));
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const [parent, group, session] = fields.slice(1, 4).map(Number);
    const cpuTicks = Number(fields[11]) + Number(fields[12]);
    return { pid, parent: parent ?? 0, group: group ?? 0, session: session ?? 0, cpuTicks };
  } catch {
    return null;
  }
}

async function markedPids(entries: readonly Entry[], marker: string): Promise<Set<number>> {
  const markers = await readMarkers(entries);
  return new Set([...markers].filter(([, found]) => found === marker).map(([pid]) => pid));
}

async function readMarkers(entries: readonly Entry[]): Promise<Map<number, string>> {
  const start = `${markerVariable}=`;
  const markers = new Map<number, string>();
  await Promise.all(
    entries.map(async ({ pid }) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      const line = environment.split('\0').find((variable) => variable.startsWith(start));
      if (line !== undefined) markers.set(pid, line.slice(start.length));
    }),
  );
  return markers;
}

/** Ends all processes whose marker is among those meant: what an orchestrator that died had left running. */
export async function endMarked(
  isMeant: (marker: string) => boolean,
  graceMs: number,
): Promise<void> {
  const markers = await readMarkers(await processTable());
  const meant = new Set([...markers.values()].filter(isMeant));
  await Promise.all([...meant].map((marker) => endTree({ leader: null, marker }, graceMs)));
}

/**
 * Ends a tree: TERM, then KILL after the grace, also when its leader is gone. Gives the pids that are still there after
 * five more seconds (a process in uninterruptible sleep, say): a bounded wait, never a hang.
 */
export async function endTree(root: TreeRoot, graceMs: number): Promise<number[]> {
  signalTree(root, await treeMembers(root), 'SIGTERM');
  const left = await waitUntilGone(root, graceMs);
  if (left.length === 0) return [];
  const deadline = performance.now() + 5_000;
  for (;;) {
    const members = await treeMembers(root);
    if (members.length === 0 || performance.now() > deadline) return members;
    signalTree(root, members, 'SIGKILL');
    await delay(20);
  }
}

async function waitUntilGone(root: TreeRoot, waitMs: number): Promise<number[]> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const members = await treeMembers(root);
    if (members.length === 0 || performance.now() > deadline) return members;
    // The members are not our children: the kernel has no event for their end that Node can await.
    await delay(20);
  }
}

function signalTree(root: TreeRoot, members: readonly number[], signal: NodeJS.Signals): void {
  if (root.leader !== null && !root.isHolder) signalQuietly(-root.leader, signal);
  for (const pid of members) signalQuietly(pid, signal);
}

/** Signals a process or, with a negative pid, a group; one that has just ended is not an error. */
export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
