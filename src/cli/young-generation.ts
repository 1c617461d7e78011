import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation as small as it is at the start. Starting a process costs in proportion to our size, and
 * most of the garbage of a run is short-lived text.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Lets it grow again, as V8 would: for a command that works out something large and ends, this is a third faster. */
export function letYoungGenerationGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
