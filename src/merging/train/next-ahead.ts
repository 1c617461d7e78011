import {
  findChecked,
  type CheckedPrefix,
  type CheckedTree,
} from '../../model/merge/checked-tree.ts';

/** Which prefixes a train checks before their turn. */
export type AheadStep<Wanted extends CheckedPrefix> = {
  /** To be begun, in this order. */
  readonly start: readonly Wanted[];
  /** Under way, and of no use any more. */
  readonly end: readonly CheckedPrefix[];
};

export type AheadParams<Wanted extends CheckedPrefix> = {
  /** As the train stands now, the earliest first. */
  readonly prefixes: readonly Wanted[];
  readonly trees: readonly CheckedTree[];
  readonly running: readonly CheckedPrefix[];
  /** How many more may run. */
  readonly free: number;
};

/**
 * Decides from what is known and what runs. What is known is not asked again, what runs goes on while it is wanted, and of
 * the rest the earliest come first:
 *
 *   1 ✓  1+2 ✓  1+2+3 …  1+2+3+4 …  1+2+3+4+5 ·          ✓ known  … runs  · waits for a place
 *
 *   3 is red, and all before it are green: it is out
 *
 *   1 ✓  1+2 ✓  ✗        1+2+4 …    1+2+4+5 …            1+2+3+4 is ended
 */
export function nextAhead<Wanted extends CheckedPrefix>(
  params: AheadParams<Wanted>,
): AheadStep<Wanted> {
  const { prefixes, trees, running, free } = params;
  const wanted = prefixes.filter((prefix) => findChecked(trees, prefix) === null);
  const isIn = (all: readonly CheckedPrefix[], one: CheckedPrefix): boolean =>
    all.some((other) => isSamePrefix(other, one));
  const start = wanted.filter(
    (prefix, at) => !isIn(running, prefix) && !isIn(wanted.slice(0, at), prefix),
  );
  const end = running.filter((prefix) => !isIn(wanted, prefix));
  return { start: start.slice(0, free), end };
}

/** Whether the same is asked of both. */
export function isSamePrefix(one: CheckedPrefix, other: CheckedPrefix): boolean {
  return one.tree === other.tree && one.onto === other.onto && one.by === other.by;
}
