import { fromHere } from '../app/place/from-here.ts';
import type { RunState } from '../model/state/run-state.ts';

/** A run whose source, and with it the commands that are printed of it, are as one would type them here. */
export function asTypedHere(state: RunState): RunState {
  return { ...state, source: fromHere(state.source) };
}
