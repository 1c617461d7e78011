import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { statFields } from './identity.ts';

/**
 * Whether this process belongs to what its terminal's keys go to. One in the background would be stopped if it changed the
 * terminal.
 */
export function isInForeground(): boolean {
  try {
    if (process.platform === 'linux') {
      const fields = statFields(readFileSync('/proc/self/stat', 'latin1'));
      return fields[2] === fields[5];
    }
    const args = ['-o', 'pgid=,tpgid=', '-p', String(process.pid)];
    const [group, front] = execFileSync('ps', args, { encoding: 'utf8' }).trim().split(/\s+/u);
    return group !== undefined && group === front;
  } catch {
    return false;
  }
}
