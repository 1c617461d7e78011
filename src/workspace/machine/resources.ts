import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, freemem } from 'node:os';
import { dirname } from 'node:path';
import type { Git } from '../../git/git.ts';
import { listFileSizes } from '../../git/trees.ts';
import { memoryRoomInControlGroup, type ReadText } from './control-group.ts';

/** What the machine has left for agents. Megabytes are of 2^20 bytes. */
export type Resources = {
  readonly availableMemoryMb: number;
  readonly freeDiskMb: number;
  readonly cores: number;
};

export type FitParams = Resources & {
  /** Agents at once, as the user or the default has it. */
  readonly wanted: number;
  /** What one checkout of the repository takes. */
  readonly worktreeMb: number;
  /** Whether the user gave the number: then it may go above the cores. */
  readonly isGivenByHand: boolean;
};

/** How many agents fit at once, and each thing that a user should know about it. */
export type Fit = {
  readonly workers: number;
  /** What is short, memory or disk. */
  readonly reasons: readonly string[];
  /** Set when there are fewer cores than wanted agents; null when that lowers nothing. */
  readonly byCores: string | null;
};

/** The guide's figures: what one agent takes, and how much disk should be free to begin with. */
const memoryOfAgentMb = 500;
const diskOfAgentMb = 100;
const recommendedDiskMb = 5 * 1024;

/** Room for the journal, the logs and the commits of the run itself. */
const diskOfRunMb = 200;

/** Lowers the number of agents to what memory, disk and cores hold; 0 when not one fits. */
export function fitWorkers(params: FitParams): Fit {
  const diskOfWorkerMb = diskOfAgentMb + params.worktreeMb;
  const byMemory = atLeastZero(params.availableMemoryMb / memoryOfAgentMb);
  const byDisk = atLeastZero((params.freeDiskMb - diskOfRunMb) / diskOfWorkerMb);
  const byCores = params.isGivenByHand ? params.wanted : Math.max(1, params.cores);
  const most = Math.min(params.wanted, byCores);
  const reasons: string[] = [];
  if (byMemory < most)
    reasons.push(
      `Memory: ${size(params.availableMemoryMb)} is available and an agent takes ${memoryOfAgentMb} MB, so ${fitting(byMemory)}.`,
    );
  if (byDisk < most)
    reasons.push(
      `Disk: ${size(params.freeDiskMb)} is free and an agent with its workspace takes ${size(diskOfWorkerMb)}, so ${fitting(byDisk)}.`,
    );
  else if (params.freeDiskMb < recommendedDiskMb)
    reasons.push(
      `Disk: ${size(params.freeDiskMb)} is free; 5 GB are recommended. flotilla clean shows what can be removed.`,
    );
  const coresWords =
    byCores < params.wanted
      ? `${params.cores} ${params.cores === 1 ? 'core' : 'cores'}: ${fitting(byCores)}; --max-workers ${params.wanted} overrides this.`
      : null;
  return {
    workers: Math.min(params.wanted, byMemory, byDisk, byCores),
    reasons,
    byCores: byCores <= Math.min(byMemory, byDisk) ? coresWords : null,
  };
}

function atLeastZero(count: number): number {
  return Math.max(0, Math.floor(count));
}

function fitting(count: number): string {
  if (count === 0) return 'not one agent fits';
  return count === 1 ? 'one agent runs at a time' : `at most ${count} agents run at once`;
}

function size(megabytes: number): string {
  return megabytes < 1024 ? `${Math.floor(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}

const bytesInMb = 2 ** 20;

export type MeasureOptions = {
  /** Reads a file of the system below `/proc` and `/sys`. */
  readonly read?: ReadText;
};

/** Looks at the memory (also at a container's limit), the disk that holds a directory, and the cores. */
export async function measureResources(
  directory: string,
  { read = readSystemFile }: MeasureOptions = {},
): Promise<Resources> {
  const [ofMachine, ofGroup, freeDiskMb] = await Promise.all([
    machineMemory(read),
    memoryRoomInControlGroup(read),
    freeDisk(directory),
  ]);
  const availableMemoryMb = Math.min(ofMachine, ofGroup ?? Infinity) / bytesInMb;
  return { availableMemoryMb, freeDiskMb, cores: availableParallelism() };
}

async function readSystemFile(path: string): Promise<string | null> {
  return readFile(path, 'latin1').catch(() => null);
}

/** What the kernel would give away without swapping; only the plainly free memory when it does not say. */
async function machineMemory(read: ReadText): Promise<number> {
  const found = /^MemAvailable:\s+(\d+) kB$/mu.exec((await read('/proc/meminfo')) ?? '');
  return found === null ? freemem() : Number(found[1]) * 1024;
}

/** The directory may not be there yet: then the one that it will be made in counts. */
async function freeDisk(directory: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return (bavail * bsize) / bytesInMb;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(directory) === directory)
      throw error;
    return freeDisk(dirname(directory));
  }
}

/** Disks give files whole blocks; this is the size of one almost everywhere. */
const blockSize = 4096;

/** How many megabytes a checkout of a commit takes on the disk. */
export async function measureTree(git: Git, sha: string): Promise<number> {
  let bytes = 0;
  // A submodule has no size, and is not checked out either.
  for (const fileBytes of await listFileSizes(git, sha))
    bytes += Math.ceil(fileBytes / blockSize) * blockSize;
  return bytes / bytesInMb;
}
