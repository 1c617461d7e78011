import { createHash } from 'node:crypto';

/** The part of a temporary directory's name that says whose it is: short, for the sockets that programs make there. */
export function temporaryPrefix(stateRoot: string, run: string): string {
  const digest = createHash('sha256').update(`${stateRoot} ${run}`).digest('hex').slice(0, 8);
  return `flotilla-${digest}-`;
}
