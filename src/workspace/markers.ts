import { basename } from 'node:path';

/**
 * The marker that everything carries which a part of a run starts: `<repository>-<digest>/<run>/<task>/<attempt>`, with
 * `setup` or `check` in the attempt's place, and `base` in the task's. No other run on this machine has the same.
 */
export function attemptMarker(
  stateRoot: string,
  run: string,
  ...parts: readonly (string | number)[]
): string {
  return [basename(stateRoot), run, ...parts].join('/');
}

/** Whether a marker is this one, or that of a part of it. */
export function isMarkedBelow(marker: string, above: string): boolean {
  return marker === above || marker.startsWith(`${above}/`);
}
