import type { Phase } from '../../model/issue/issue.ts';
import type { Overlap } from '../../model/plan/overlap.ts';
import { stackBelow, type PlannedTask, type StackOn } from '../../model/plan/plan.ts';
import { inOrder } from './batches.ts';
import type { Dependency } from './dependency.ts';
import type { StackParams } from './stacks.ts';

/** What a run has of its plan, and what stays as it is when tasks are added to it. */
export type Standing = {
  readonly phases: readonly Phase[];
  readonly tasks: readonly PlannedTask[];
  /** Tasks whose work is in the base, or that were left out: nothing waits for them. */
  readonly settled: ReadonlySet<number>;
  /** Tasks that nobody works on for now: only what depends on them waits for them. */
  readonly stopped: ReadonlySet<number>;
  /** Tasks that have brought their work: to wait for them takes no time. */
  readonly ended: ReadonlySet<number>;
};

/** What is new about dependencies: what a task that was there waits for is decided. */
export function newDependencies(
  standing: Standing | null,
  dependencies: readonly Dependency[],
): readonly Dependency[] {
  if (standing === null) return dependencies;
  const known = ordinalsOf(standing.tasks);
  return dependencies.filter(({ task, on }) => !known.has(task) && !standing.settled.has(on));
}

/** The overlaps that a new task has with what is still worked on, or with another new one. */
export function newOverlaps(standing: Standing | null, overlaps: readonly Overlap[]): Overlap[] {
  if (standing === null) return [...overlaps];
  const known = ordinalsOf(standing.tasks);
  const { settled, stopped } = standing;
  return overlaps.filter(
    ({ tasks }) =>
      tasks.some((task) => !known.has(task)) &&
      tasks.every((task) => !settled.has(task) && !stopped.has(task)),
  );
}

/**
 * Puts new tasks into phases and batches next to those that stand. What a new task needs must lie in one branch: where it
 * does not, the task goes behind a barrier, and starts when all of it is merged.
 */
export function joinPhases(
  standing: Standing,
  tasks: readonly PlannedTask[],
  dependsOn: ReadonlyMap<number, readonly number[]>,
): {
  readonly phases: readonly Phase[];
  readonly tasks: readonly PlannedTask[];
  /** Tasks that wait behind a barrier for what they need. */
  readonly behind: ReadonlySet<number>;
} {
  const phases = [...standing.phases];
  const placed = new Map(standing.tasks.map((task) => [task.ordinal, task]));
  const given = new Map(tasks.map((task) => [task.ordinal, task]));
  const behind = new Set<number>();
  const fresh = tasks.map(({ ordinal }) => ordinal).filter((ordinal) => !placed.has(ordinal));
  for (const ordinal of inOrder(fresh, dependsOn)) {
    const task = given.get(ordinal)!;
    const needed = (dependsOn.get(ordinal) ?? []).flatMap((on) => placed.get(on) ?? []);
    const first = Math.max(task.phase, ...needed.map(({ phase }) => phase));
    const here = needed.filter(({ phase }) => phase === first).map((one) => one.ordinal);
    const own = phases.find(({ number }) => number === first);
    const all = [...placed.values()];
    const top = here.find((one) => {
      const branch = [one, ...stackBelow(all, one)];
      return here.every((other) => branch.includes(other));
    });
    const isBehind = own?.mode === 'parallel' && here.length > 0 && top === undefined;
    if (isBehind) behind.add(ordinal);
    const phase = isBehind ? first + 1 : first;
    if (isBehind && phases.every(({ number }) => number !== phase))
      phases.push({ number: phase, title: afterwards(own), mode: 'parallel' });
    const before = all.filter((one) => one.phase <= phase).map(({ batch }) => batch);
    placed.set(ordinal, {
      ...task,
      ...{ phase, batch: Math.max(1, ...before) },
      stackOn: top ?? null,
    });
  }
  return { phases, tasks: tasks.map(({ ordinal }) => placed.get(ordinal)!), behind };
}

function afterwards({ title }: Phase): string {
  return title === '' ? 'What needs the others' : `${title}: what needs the others`;
}

/**
 * Gives each new task the one whose branch it starts from, where all others stay where they stand: a branch with all that
 * it needs, and of those the one with most of what it collides with, where the pairs that come first count more; of
 * several, the shortest.
 */
export function joinStacks(
  standing: StackOn,
  { tasks, dependsOn, conflicts }: StackParams,
): Map<number, number | null> {
  const here = new Set(tasks.map(({ ordinal }) => ordinal));
  const stackOn = new Map([...standing].filter(([ordinal]) => here.has(ordinal)));
  const fresh = tasks.map(({ ordinal }) => ordinal).filter((ordinal) => !stackOn.has(ordinal));
  for (const ordinal of inOrder(fresh, dependsOn)) {
    const needed = (dependsOn.get(ordinal) ?? []).filter((on) => stackOn.has(on));
    const colliding = conflicts
      .filter((pair) => pair.includes(ordinal))
      .map(([one, other]) => (one === ordinal ? other : one))
      .filter((other) => stackOn.has(other));
    const branches = [null, ...needed, ...colliding].map((top) => branchOf(stackOn, top));
    let fit = branches.filter((branch) => needed.every((on) => branch.includes(on)));
    for (const other of colliding) {
      const better = fit.filter((branch) => branch.includes(other));
      if (better.length > 0) fit = better;
    }
    const [best = []] = fit.toSorted((one, other) => one.length - other.length);
    stackOn.set(ordinal, best[0] ?? null);
  }
  return stackOn;
}

/** The tasks whose work a branch has, its own first; of null, the base, none. */
function branchOf(stackOn: StackOn, top: number | null): readonly number[] {
  const branch: number[] = [];
  for (let at = top; at !== null && !branch.includes(at); at = stackOn.get(at) ?? null)
    branch.push(at);
  return branch;
}

/** New tasks of a phase that is done in order come after those that stand, one after another. */
export function joinChain(
  standing: StackOn,
  ordinals: readonly number[],
): Map<number, number | null> {
  const stackOn = new Map([...standing].filter(([ordinal]) => ordinals.includes(ordinal)));
  const below = new Set(stackOn.values());
  let top = [...stackOn.keys()].findLast((ordinal) => !below.has(ordinal)) ?? null;
  for (const ordinal of ordinals.filter((one) => !stackOn.has(one))) {
    stackOn.set(ordinal, top);
    top = ordinal;
  }
  return stackOn;
}

/** Where the tasks stand that a run has. */
export function standingStacks({ tasks }: Standing): StackOn {
  return new Map(tasks.map(({ ordinal, stackOn }) => [ordinal, stackOn]));
}

function ordinalsOf(tasks: readonly PlannedTask[]): ReadonlySet<number> {
  return new Set(tasks.map(({ ordinal }) => ordinal));
}
