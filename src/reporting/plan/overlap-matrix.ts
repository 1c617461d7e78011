import { findOverlaps, isConflict, type Overlap } from '../../model/plan/overlap.ts';
import type { Finding, Plan } from '../../model/plan/plan.ts';

/** This many tasks fit into the width of a terminal. */
const mostColumns = 14;

/** A path that both will touch with this probability was named by both authors, or as good as. */
const surePath = 0.8;

/** Half the limit: less is no overlap worth a look. */
const leastShare = 0.05;

/**
 * A table of how much of their files tasks have in common: tasks by tasks, those that overlap with none left out.
 * Empty when none do.
 */
export function overlapMatrix({
  tasks,
  phases,
  findings,
}: Pick<Plan, 'tasks' | 'phases' | 'findings'>): string[] {
  const phaseOf = new Map(tasks.map(({ ordinal, phase }) => [ordinal, phase]));
  const parallel = new Set(
    phases.filter(({ mode }) => mode === 'parallel').map(({ number }) => number),
  );
  const after = new Set(
    tasks.flatMap(({ ordinal, dependsOn }) =>
      dependsOn.flatMap((on) => [`${ordinal} ${on}`, `${on} ${ordinal}`]),
    ),
  );
  const overlaps = findOverlaps(tasks).filter(
    ({ tasks: [one, other], share, paths }) =>
      share >= leastShare &&
      // Where one comes after the other anyway, a guess that they share files says nothing new.
      (!after.has(`${one} ${other}`) || (paths[0]?.probability ?? 0) >= 0.8) &&
      phaseOf.get(one) === phaseOf.get(other) &&
      parallel.has(phaseOf.get(one) ?? 0),
  );
  if (overlaps.length === 0) return [];
  const shown = tasksToShow(overlaps);
  const left = new Set(overlaps.flatMap((overlap) => overlap.tasks)).size - shown.length;
  return [
    'Files in common (limit 10%; ! collides):',
    row('', shown.map(String)),
    ...shown.map((one) =>
      row(
        String(one),
        shown.map((other) => cellOf({ overlaps, findings }, one, other)),
      ),
    ),
    ...(left > 0 ? [`  … and ${left} more tasks that overlap less`] : []),
  ];
}

/** Those of the riskiest pairs, in their order in the issue. */
function tasksToShow(overlaps: readonly Overlap[]): number[] {
  const shown = new Set<number>();
  for (const { tasks } of overlaps) {
    if (new Set([...shown, ...tasks]).size > mostColumns) break;
    tasks.forEach((ordinal) => shown.add(ordinal));
  }
  return [...shown].toSorted((one, other) => one - other);
}

type Known = { readonly overlaps: readonly Overlap[]; readonly findings: readonly Finding[] };

function cellOf({ overlaps, findings }: Known, one: number, other: number): string {
  if (one === other) return '–';
  const found = overlaps.find(({ tasks }) => tasks.includes(one) && tasks.includes(other));
  if (found === undefined) return '·';
  return `${Math.max(1, Math.round(found.share * 100))}%${isColliding(found, findings) ? '!' : ''}`;
}

/** Planning may know more than the footprints show: what it found to collide does, and so does what is certain. */
function isColliding(overlap: Overlap, findings: readonly Finding[]): boolean {
  const isFound = findings.some(
    ({ kind, tasks }) =>
      kind === 'file-conflict' && overlap.tasks.every((ordinal) => tasks.includes(ordinal)),
  );
  return isFound || (isConflict(overlap) && (overlap.paths[0]?.probability ?? 0) >= surePath);
}

function row(head: string, cells: readonly string[]): string {
  return [head.padStart(5), ...cells.map((cell) => cell.padStart(5))].join('').trimEnd();
}
