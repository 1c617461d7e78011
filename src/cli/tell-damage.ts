import { exitCodes } from '../model/state/run-status.ts';
import type { JournalDamage } from '../model/user-error.ts';
import { renderProblem } from './render-problem.ts';

const mostTold = 10;

/** Says what of the journal was left out of what was asked for, and what to do about it; gives the exit code. */
export function tellDamage(
  damages: readonly JournalDamage[],
  stderr: { readonly write: (text: string) => unknown },
): number {
  const shown = damages
    .slice(0, mostTold)
    .map((damage) => renderProblem({ code: 'journal-damaged', ...damage }));
  const [first] = shown;
  if (first === undefined) return exitCodes.succeeded;
  const more = damages.length - shown.length;
  const lines = [
    ...shown.map(({ message }) => message),
    ...(more > 0 ? [`… and ${more} more`] : []),
    ...first.next,
  ];
  stderr.write(`${lines.join('\n')}\n`);
  return first.exitCode;
}
