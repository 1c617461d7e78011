import type { RunState } from '../../model/state/run-state.ts';
import { continueCommand } from '../ending/retry-command.ts';

/** Why nothing starts now, and for a pause that somebody asked for, how they end it; null while nothing is held back. */
export function standstillWords(state: RunState): string | null {
  if (state.ended !== null) return null;
  return state.isPauseAsked ? askedWords(state) : (state.pause?.message ?? null);
}

/** What to say of a run that somebody has paused. */
export function askedWords(state: Pick<RunState, 'source'>): string {
  return `paused on request: nothing new starts. Continue with: ${continueCommand(state)}`;
}
