import type { AttemptWhy } from '../../model/event/attempt-event.ts';

/** What an attempt is to fix, as the stage's evidence; null for one that fixes nothing. */
export const fixingFor: Record<AttemptWhy, string | null> = {
  first: null,
  retry: null,
  'fix-checks': 'a check failed',
  'fix-scope': 'its work is out of its scope',
  'fix-ci': 'the checks of its pull request are red',
  address: 'its pull request came back',
  resolve: 'its branch and the base must be merged',
};
