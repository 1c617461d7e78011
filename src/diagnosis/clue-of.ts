import type { Clue } from '../model/failure/failure-clue.ts';
import type { CheckResult } from '../model/failure/failure.ts';
import { findClue } from './log/find-clue.ts';

/** What a check's output says of why it failed: as it was recorded or, where an old journal has no such thing, read now. */
export function clueOf({ clue, excerpt }: Pick<CheckResult, 'clue' | 'excerpt'>): Clue {
  return clue ?? findClue(excerpt);
}
