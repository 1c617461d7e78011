import type { FootprintEntry } from '../../model/plan/plan.ts';
import type { Proposal } from '../../model/plan/second-reading.ts';
import type { Dependency } from '../order/dependency.ts';

/** What a plan takes from a second reading, in addition to what the rules find. */
export type Applied = {
  readonly reader: string;
  readonly proposals: readonly Proposal[];
};

/** A file that the second reader names: likely, but less so than one that the author names. */
const fileProbability = 0.6;
/** A file that two tasks collide over: as likely as it takes for a collision. */
const collisionProbability = 0.75;

/** A task's footprint with the files that the second reader adds. */
export function withReadFiles(
  footprint: readonly FootprintEntry[],
  ordinal: number,
  { reader, proposals }: Applied,
): readonly FootprintEntry[] {
  const entries = new Map(footprint.map((entry) => [entry.path, entry]));
  for (const proposal of proposals) {
    const probability = probabilityFor(proposal, ordinal);
    if (probability === null || !('path' in proposal)) continue;
    const { path, words } = proposal;
    const before = entries.get(path);
    const isDeclared = before?.isDeclared ?? false;
    if (before !== undefined && isDeclared && before.probability >= probability) continue;
    entries.set(path, {
      ...{ path, isNew: false, isDeclared, isRead: true },
      probability: Math.max(before?.probability ?? 0, probability),
      reason: `as the second reader (${reader}) understands “${words}”`,
    });
  }
  return [...entries.values()].toSorted((one, other) => other.probability - one.probability);
}

function probabilityFor(proposal: Proposal, ordinal: number): number | null {
  if (proposal.kind === 'file' && proposal.task === ordinal) return fileProbability;
  if (proposal.kind === 'collision' && proposal.tasks.includes(ordinal))
    return collisionProbability;
  return null;
}

/** The minutes that the second reader gives a task; null: none. */
export function readMinutes(ordinal: number, { proposals }: Applied): number | null {
  for (const proposal of proposals)
    if (proposal.kind === 'size' && proposal.task === ordinal) return proposal.minutes;
  return null;
}

/** The orders of the second reader. */
export function readOrders({ reader, proposals }: Applied): Dependency[] {
  return proposals.flatMap((proposal) =>
    proposal.kind === 'order'
      ? {
          ...{ task: proposal.task, on: proposal.after, source: 'reader' as const },
          why: `comes after it, as the second reader (${reader}) understands “${proposal.words}”`,
        }
      : [],
  );
}
