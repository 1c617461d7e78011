import { createHash } from 'node:crypto';

/** A number from 0 up to, but never, 1 that depends on what it is drawn for and on nothing else: same words, same number. */
export function lotFor(...what: readonly (string | number)[]): number {
  return createHash('sha256').update(what.join('\n')).digest().readUInt32BE(0) / 2 ** 32;
}
