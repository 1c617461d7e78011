import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ProcessIdentity } from '../model/process-identity.ts';

const execute = promisify(execFile);

/** Names a living process; null when there is none with that pid, or only its zombie. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  const [startTime, bootId] = await Promise.all([readStartTime(pid), readBootId()]);
  return startTime === null ? null : { pid, startTime, bootId };
}

/** Names this process. */
export async function identifySelf(): Promise<ProcessIdentity> {
  const identity = await identify(process.pid);
  if (identity === null) throw new Error('This process cannot find itself in the process table');
  return identity;
}

/** Whether that very process still runs: not another one with its pid, and not its zombie. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const now = await identify(identity.pid);
  return now !== null && now.startTime === identity.startTime && now.bootId === identity.bootId;
}

async function readStartTime(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') return readStartTimeFromPs(pid);
  try {
    const fields = statFields(await readFile(`/proc/${pid}/stat`, 'latin1'));
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** The fields of a stat line from the third (the state) on; the second may hold spaces and brackets. */
export function statFields(line: string): string[] {
  return line.slice(line.lastIndexOf(') ') + 2).split(' ');
}

async function readStartTimeFromPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await execute('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || null;
  } catch {
    return null;
  }
}

async function readBootId(): Promise<string> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
  } catch {
    return '';
  }
}
