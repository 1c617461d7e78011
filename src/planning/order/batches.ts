import type { SubTask } from '../../model/issue/issue.ts';

/** How to divide tasks into batches: a number at once, or by hand. */
export type BatchChoice =
  | { readonly kind: 'size'; readonly size: number }
  | { readonly kind: 'groups'; readonly groups: readonly (readonly number[])[] };

/**
 * Gives each task its batch; all are in the first batch when none were asked for. Numbers continue from phase to phase. A task
 * is never in an earlier batch than one that it depends on; tasks that a manual division leaves out come last.
 */
export function assignBatches(
  tasks: readonly SubTask[],
  dependsOn: ReadonlyMap<number, readonly number[]>,
  choice: BatchChoice | null,
): Map<number, number> {
  const batches = new Map<number, number>();
  const phases = [...new Set(tasks.map(({ phase }) => phase))].toSorted((a, b) => a - b);
  let before = 0;
  for (const phase of phases) {
    const ordinals = tasks.filter((task) => task.phase === phase).map(({ ordinal }) => ordinal);
    const ranked = rank(divide(inOrder(ordinals, dependsOn), dependsOn, choice));
    for (const [ordinal, batch] of ranked)
      batches.set(ordinal, choice === null ? 1 : before + batch);
    before += Math.max(0, ...ranked.values());
  }
  return batches;
}

function divide(
  ordinals: readonly number[],
  dependsOn: ReadonlyMap<number, readonly number[]>,
  choice: BatchChoice | null,
): Map<number, number> {
  const batches = new Map<number, number>();
  for (const [index, ordinal] of ordinals.entries()) {
    const wanted = wantedBatch(choice, ordinal, index);
    const earliest = (dependsOn.get(ordinal) ?? []).map((other) => batches.get(other) ?? 0);
    batches.set(ordinal, Math.max(wanted, ...earliest));
  }
  return batches;
}

function wantedBatch(choice: BatchChoice | null, ordinal: number, index: number): number {
  if (choice === null) return 0;
  if (choice.kind === 'size') return Math.floor(index / choice.size);
  const group = choice.groups.findIndex((ordinals) => ordinals.includes(ordinal));
  return group === -1 ? choice.groups.length : group;
}

/** Numbers without gaps, from 1. */
function rank(batches: ReadonlyMap<number, number>): Map<number, number> {
  const used = [...new Set(batches.values())].toSorted((a, b) => a - b);
  return new Map([...batches].map(([ordinal, batch]) => [ordinal, used.indexOf(batch) + 1]));
}

/** As written, but dependencies first. */
export function inOrder(
  ordinals: readonly number[],
  dependsOn: ReadonlyMap<number, readonly number[]>,
): number[] {
  const here = new Set(ordinals);
  const placed = new Set<number>();
  const place = (ordinal: number): void => {
    if (placed.has(ordinal) || !here.has(ordinal)) return;
    here.delete(ordinal);
    for (const other of dependsOn.get(ordinal) ?? []) place(other);
    placed.add(ordinal);
  };
  ordinals.forEach(place);
  return [...placed];
}
