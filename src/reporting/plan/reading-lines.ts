import type { Plan } from '../../model/plan/plan.ts';
import { plainText } from '../../model/text/plain-text.ts';
import type {
  DropReason,
  AppliedReading,
  Proposal,
  Standing,
} from '../../model/plan/second-reading.ts';
import { costText, counted } from '../figures.ts';
import { wrapLine } from '../live/wrap-line.ts';

/** Nobody reads more than these; `--json` has all. */
const mostShown = 12;

const marks = { decides: '＋', agrees: '＝', shown: '·' } as const;
const places = { decides: 0, shown: 1, agrees: 2 } as const;

/** What a second reader said, for people: what decides first. No lines when none was asked. */
export function readingLines(
  { reading }: Pick<Plan, 'reading'>,
  width: number | null,
): readonly string[] {
  if (reading === undefined) return [];
  const sorted = reading.proposals.toSorted(
    (one, other) => places[one.standing] - places[other.standing],
  );
  const left = sorted.length - mostShown;
  return [
    ...wrapLine(headLine(reading), width, 3),
    ...sorted.slice(0, mostShown).flatMap((proposal) => wrapLine(proposalLine(proposal), width, 5)),
    ...(left > 0 ? [`   … and ${left} more; --json has them`] : []),
    ...droppedLines(reading),
  ];
}

function headLine({ reader, costUsd, isCached, proposals }: AppliedReading): string {
  const deciding = proposals.filter(({ standing }) => standing === 'decides').length;
  const cost = costUsd === null ? 'its cost is not known' : costText(costUsd);
  const paid = isCached ? `asked before, nothing to pay now` : cost;
  const what =
    proposals.length === 0
      ? 'nothing to add to what the rules read'
      : `${counted(proposals.length, 'proposal')}, of which ${deciding} ${deciding === 1 ? 'decides' : 'decide'} where the rules are silent`;
  return `Second reader: ${plainText(reader, 60)} (${paid}): ${what}`;
}

function proposalLine(proposal: Proposal & Standing): string {
  const { standing, why, words } = proposal;
  const note =
    standing === 'agrees'
      ? ' – as the rules read it'
      : standing === 'shown'
        ? ` – shown only: ${why}`
        : '';
  return `   ${marks[standing]} ${gist(proposal)}: “${plainText(words, 200)}”${note}`;
}

function gist(proposal: Proposal): string {
  switch (proposal.kind) {
    case 'order':
      return `task ${proposal.task} after task ${proposal.after}`;
    case 'file':
      return `task ${proposal.task} changes ${plainText(proposal.path, 200)}`;
    case 'size':
      return `task ${proposal.task} takes about ${Math.round(proposal.minutes)} minutes`;
    case 'collision':
      return `tasks ${proposal.tasks.join(' and ')} both change ${plainText(proposal.path, 200)}`;
  }
}

const dropWords: Readonly<Record<DropReason, string>> = {
  form: 'not in the form that was asked for',
  'no-such-task': 'about tasks that are not planned',
  'no-such-file': 'about files that do not exist',
  'words-not-in-issue': 'based on words that are not in the issue, or too few',
  'too-many': 'more than are read',
};

function droppedLines({ dropped }: AppliedReading): string[] {
  if (dropped.length === 0) return [];
  const each = dropped.map(({ why, count }) => `${count} ${dropWords[why]}`);
  return [`   Dropped: ${each.join(', ')}`];
}
