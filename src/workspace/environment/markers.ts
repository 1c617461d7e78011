import { createHash } from 'node:crypto';
import { basename } from 'node:path';

/**
 * The marker that everything carries which a part of a run starts: `<state>/<run>/<task>/<attempt>`, with `setup` or
 * `check` in the attempt's place, and `base` in the task's. No other run on this machine has the same: of one repository
 * there may be states in several places, and in each a run of that name.
 */
export function attemptMarker(
  stateRoot: string,
  run: string,
  ...parts: readonly (string | number)[]
): string {
  const digest = createHash('sha256').update(stateRoot).digest('hex').slice(0, 8);
  return [`${basename(stateRoot)}-${digest}`, run, ...parts].join('/');
}

/** Whether a marker is this one, or that of a part of it. */
export function isMarkedBelow(marker: string, above: string): boolean {
  return marker === above || marker.startsWith(`${above}/`);
}
