import type { Forge } from '../forge.ts';
import { tickItem } from '../tick-item.ts';
import type { Records } from './records.ts';

/**
 * What the local forge does when work is merged. It ticks its own copy of the issue: the file that the user wrote is
 * theirs. Merged branches stay, since they are in nobody's way there and `git log flotilla/…` shows them.
 */
export function openClosing(
  records: Records,
): Pick<Forge, 'mergedPulls' | 'tickItems' | 'closeIssue' | 'removeBranch'> {
  return {
    mergedPulls: async ({ numbers, into }) => {
      const found = await Promise.all(numbers.map((number) => records.read(number)));
      const isMerged = (at: number): boolean =>
        found[at]?.head['state'] === 'merged' && found[at].head['base'] === into;
      return numbers.filter((_, at) => isMerged(at));
    },
    tickItems: async ({ number, items }) => {
      const before = (await records.read(number))?.body;
      if (before === undefined) return;
      const after = items.reduce(tickItem, before);
      if (after !== before) await records.amend(number, {}, after);
    },
    closeIssue: async (number) => {
      const record = await records.read(number);
      if (record !== null && record.head['state'] !== 'closed')
        await records.amend(number, { state: 'closed' });
    },
    removeBranch: () => Promise.resolve(null),
  };
}

/** The user's text with the boxes ticked that were ticked in our copy of it, where the lines read the same otherwise. */
export function withTicks(text: string, copy: string): string {
  const ours = copy.trimEnd().split('\n');
  const lines = text.split('\n');
  if (withoutMarks(text) === withoutMarks(copy))
    return lines.map((line, at) => (ticked.test(ours[at] ?? '') ? tick(line) : line)).join('\n');
  // It was edited: a line is known by its words, where they are its alone.
  const done = new Set(ours.filter((line) => ticked.test(line)).map(withoutMarks));
  const isAlone = (words: string): boolean =>
    [ours, lines].every((all) => all.filter((line) => withoutMarks(line) === words).length === 1);
  return lines
    .map((line) => {
      const words = withoutMarks(line);
      return done.has(words) && isAlone(words) ? tick(line) : line;
    })
    .join('\n');
}

function tick(line: string): string {
  return line.replace('[ ]', '[x]');
}

const ticked = /^\s*(?:[-*+]|\d+[.)])\s+\[[xX]\]/u;

function withoutMarks(text: string): string {
  return text.replaceAll(/\[[xX]\]/gu, '[ ]').trimEnd();
}
