import type { IssueWords } from '../issue/issue-digest.ts';
import { numberItems, type ItemNumbers } from '../issue/number-items.ts';
import type { RunState } from './run-state.ts';

/**
 * By an item's place in the issue of today, the number that the run knows it by; null when that is not clear. Runs that did
 * not note what their issue asked for know items by their places.
 */
export function runNumbers(
  { issueDigest, tasks, plan }: Pick<RunState, 'issueDigest' | 'tasks' | 'plan'>,
  today: IssueWords,
): ItemNumbers | null {
  if (issueDigest === null) return new Map(today.items.map(({ ordinal }) => [ordinal, ordinal]));
  const titles = new Map(
    [...(plan?.skipped ?? []), ...tasks].map(({ ordinal, title }) => [ordinal, title]),
  );
  return numberItems({ items: issueDigest.items, titles }, today);
}
