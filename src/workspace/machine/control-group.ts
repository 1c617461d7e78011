import { dirname, join } from 'node:path';

/** Reads a small file of the system; null when there is none. */
export type ReadText = (path: string) => Promise<string | null>;

/** Where a version of control groups keeps a group's memory, below its mount point. */
type Layout = {
  readonly mount: string;
  readonly limit: string;
  readonly usage: string;
  /** The line of `memory.stat` with what the kernel gives back first: cached files that nobody reads. */
  readonly reclaimable: RegExp;
};

const versionTwo: Layout = {
  mount: '/sys/fs/cgroup',
  limit: 'memory.max',
  usage: 'memory.current',
  reclaimable: /^inactive_file (\d+)$/mu,
};

const versionOne: Layout = {
  mount: '/sys/fs/cgroup/memory',
  limit: 'memory.limit_in_bytes',
  usage: 'memory.usage_in_bytes',
  reclaimable: /^total_inactive_file (\d+)$/mu,
};

/**
 * The bytes that this process's control group, or one around it, still allows it; null when none sets a limit. A
 * container's limit is found here and nowhere else.
 */
export async function memoryRoomInControlGroup(read: ReadText): Promise<number | null> {
  const membership = (await read('/proc/self/cgroup')) ?? '';
  const two = /^0::(\/.*)$/mu.exec(membership)?.[1];
  const one = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(\/.*)$/mu.exec(membership)?.[1];
  const rooms = await Promise.all([
    two === undefined ? [] : roomsUpwards(read, versionTwo, two),
    one === undefined ? [] : roomsUpwards(read, versionOne, one),
  ]);
  const known = rooms.flat().filter((room) => room !== null);
  return known.length === 0 ? null : Math.max(0, Math.min(...known));
}

/**
 * The limits of a group and of all groups around it apply together. Inside a container the path may be the host's, which
 * is not mounted there: then only the root has files, and they are the container's own.
 */
function roomsUpwards(read: ReadText, layout: Layout, group: string): Promise<(number | null)[]> {
  const groups = [group];
  for (let at = group; at !== '/'; at = dirname(at)) groups.push(dirname(at));
  return Promise.all(groups.map((path) => roomIn(read, layout, join(layout.mount, path))));
}

async function roomIn(read: ReadText, layout: Layout, directory: string): Promise<number | null> {
  const [limit, usage, statistics] = await Promise.all(
    [layout.limit, layout.usage, 'memory.stat'].map((name) => read(join(directory, name))),
  );
  const most = numberIn(limit);
  const used = numberIn(usage);
  // Version 1 writes "no limit" as the largest number of pages.
  if (most === null || used === null || most > Number.MAX_SAFE_INTEGER) return null;
  const reclaimable = Number(layout.reclaimable.exec(statistics ?? '')?.[1] ?? 0);
  return most - Math.max(0, used - reclaimable);
}

function numberIn(text: string | null | undefined): number | null {
  const digits = text?.trim() ?? '';
  return /^\d+$/u.test(digits) ? Number(digits) : null;
}
