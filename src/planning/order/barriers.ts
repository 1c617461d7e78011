import type { Phase } from '../../model/issue/issue.ts';
import { type Overlap, isConflict } from '../../model/plan/overlap.ts';
import type { PlannedTask } from '../../model/plan/plan.ts';
import { predecessors, type Dependency } from './dependency.ts';

/** Phases and tasks, with a barrier wherever a task gathers what many others made. */
export type WithBarriers = {
  readonly phases: readonly Phase[];
  readonly tasks: readonly PlannedTask[];
  /** Dependencies that made tasks wait behind a barrier. */
  readonly gathered: readonly Dependency[];
};

/** A task that needs this many unrelated ones waits until they are merged. */
const fewestGathered = 3;

/**
 * A task starts from one branch. One that needs many unrelated tasks (`a changelog for all of the above`) would put
 * them all into one stack and so one after another. It goes behind a barrier instead, into a phase of its own, with what
 * depends on it: the others stay side by side, and it starts when they are merged.
 */
export function placeBarriers(
  given: { readonly phases: readonly Phase[]; readonly tasks: readonly PlannedTask[] },
  known: { readonly dependencies: readonly Dependency[]; readonly overlaps: readonly Overlap[] },
): WithBarriers {
  const dependsOn = predecessors(known.dependencies);
  const conflicts = known.overlaps.filter(isConflict).map(({ tasks }) => tasks);
  const phases: Phase[] = [];
  const placed = new Map<number, number>();
  for (const phase of given.phases) {
    let members = given.tasks
      .filter((task) => task.phase === phase.number)
      .map(({ ordinal }) => ordinal);
    for (let isFirst = true; isFirst || members.length > 0; isFirst = false) {
      const behind =
        phase.mode === 'parallel' ? gatherers(members, dependsOn, conflicts) : new Set<number>();
      const number = phases.length + 1;
      phases.push({ ...phase, number, title: isFirst ? phase.title : afterwards(phase) });
      for (const ordinal of members) if (!behind.has(ordinal)) placed.set(ordinal, number);
      members = members.filter((ordinal) => behind.has(ordinal));
    }
  }
  const phaseOf = (ordinal: number): number => placed.get(ordinal) ?? 1;
  const before = new Map(given.tasks.map(({ ordinal, phase }) => [ordinal, phase]));
  return {
    phases,
    tasks: given.tasks.map((task) => ({ ...task, phase: phaseOf(task.ordinal) })),
    gathered: known.dependencies.filter(
      ({ task, on }) => before.get(task) === before.get(on) && phaseOf(task) !== phaseOf(on),
    ),
  };
}

function afterwards({ title }: Phase): string {
  return title === '' ? 'What needs the others' : `${title}: what needs the others`;
}

/** Those that need three unrelated members and more, and those that depend on one of them. */
function gatherers(
  members: readonly number[],
  dependsOn: ReadonlyMap<number, readonly number[]>,
  conflicts: readonly (readonly [number, number])[],
): ReadonlySet<number> {
  const here = new Set(members);
  const needed = (ordinal: number): number[] =>
    (dependsOn.get(ordinal) ?? []).filter((other) => here.has(other));
  const found = new Set<number>();
  for (const ordinal of members) {
    const before = needed(ordinal);
    if (before.length < fewestGathered) continue;
    const links = [
      ...before.flatMap((other) => needed(other).map((below) => [other, below] as const)),
      ...conflicts,
    ];
    if (countGroups(before, links) >= fewestGathered) found.add(ordinal);
  }
  for (let size = -1; found.size > 0 && size !== found.size;) {
    size = found.size;
    for (const ordinal of members)
      if (needed(ordinal).some((other) => found.has(other))) found.add(ordinal);
  }
  return found;
}

/** Into how many groups links leave some tasks. */
function countGroups(
  members: readonly number[],
  links: readonly (readonly [number, number])[],
): number {
  const group = new Map(members.map((member) => [member, member]));
  const rootOf = (member: number): number => {
    let root = member;
    while (group.get(root) !== root) root = group.get(root)!;
    return root;
  };
  for (const [one, other] of links)
    if (group.has(one) && group.has(other)) group.set(rootOf(one), rootOf(other));
  return members.filter((member) => rootOf(member) === member).length;
}
