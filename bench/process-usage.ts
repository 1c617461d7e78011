import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used so far. */
export type ProcessUsage = {
  /** Of the process itself, without its children. */
  readonly cpuSeconds: number;
  /** Of its children that have ended, and theirs. */
  readonly childrenCpuSeconds: number;
  /** The most memory that it has held at once, in MB. */
  readonly peakMb: number;
  /** What it holds now, in MB. */
  readonly nowMb: number;
};

const ticksPerSecond = 100;

/** Reads a living process's use of CPU and memory from `/proc`; null when it has gone. */
export function readUsage(pid: number): ProcessUsage | null {
  const [stat, status] = [read(`/proc/${pid}/stat`), read(`/proc/${pid}/status`)];
  const peak = /^VmHWM:\s+(\d+) kB/mu.exec(status)?.[1];
  const held = /^VmRSS:\s+(\d+) kB/mu.exec(status)?.[1];
  // A zombie has no memory any more.
  if (peak === undefined) return null;
  const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
  const seconds = (field: number): number =>
    (Number(fields[field]) + Number(fields[field + 1])) / ticksPerSecond;
  return {
    cpuSeconds: seconds(11),
    childrenCpuSeconds: seconds(13),
    peakMb: Number(peak) / 1024,
    nowMb: Number(held) / 1024,
  };
}

/** A process that somebody's environment names a directory in. */
export type LivingProcess = {
  readonly pid: number;
  readonly commandLine: string;
  /** One variable of its environment; null when that is not set. */
  readonly variable: (name: string) => string | null;
};

/** The processes whose environment names a directory: whatever was started for a user who lives there. */
export function processesIn(directory: string): LivingProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
  return pids.flatMap((name) => {
    const environment = read(`/proc/${name}/environ`);
    if (!environment.includes(directory)) return [];
    const variables = environment.split('\0');
    const variable = (wanted: string): string | null =>
      variables.find((text) => text.startsWith(`${wanted}=`))?.slice(wanted.length + 1) ?? null;
    const commandLine = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ');
    return [{ pid: Number(name), commandLine, variable }];
  });
}

/** A process may be gone before it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
