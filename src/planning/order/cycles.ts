import { predecessors, type Dependency } from './dependency.ts';

/** Tasks that wait for each other. */
export type Cycle = {
  /** The ordinals along the cycle, with the first one again at the end: `[1, 3, 1]`. */
  readonly way: readonly number[];
  /** The dependency behind each step of it. */
  readonly links: readonly Dependency[];
};

/** Dependencies without circles, and the circles that were in them. */
export type Untangled = {
  readonly dependencies: readonly Dependency[];
  readonly cycles: readonly Cycle[];
};

/** Nobody reads more of them. */
const mostCycles = 20;

/**
 * Removes circles: as long as there is one, its weakest dependency is dropped, which is one that was only inferred, or
 * otherwise the one that points furthest ahead in the issue.
 */
export function untangle(all: readonly Dependency[]): Untangled {
  let dependencies = [...all];
  const cycles: Cycle[] = [];
  for (;;) {
    const cycle = findCycle(dependencies);
    if (cycle === null) return { dependencies, cycles };
    const links = linksOn(cycle, dependencies);
    cycles.push({ way: cycle, links });
    if (cycles.length === mostCycles) {
      // Where everything waits for everything, the order of the issue decides.
      return { dependencies: dependencies.filter(({ task, on }) => on < task), cycles };
    }
    const weakest = weakestOf(links);
    dependencies = dependencies.filter(
      ({ task, on }) => task !== weakest.task || on !== weakest.on,
    );
  }
}

function findCycle(dependencies: readonly Dependency[]): readonly number[] | null {
  const dependsOn = predecessors(dependencies);
  const done = new Set<number>();
  for (const start of [...dependsOn.keys()].toSorted((a, b) => a - b)) {
    const path: { readonly ordinal: number; readonly next: number[] }[] = [];
    const enter = (ordinal: number): void => {
      path.push({ ordinal, next: [...(dependsOn.get(ordinal) ?? [])] });
    };
    if (!done.has(start)) enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.next.shift();
      if (next === undefined) {
        done.add(top.ordinal);
        path.pop();
        continue;
      }
      const at = path.findIndex(({ ordinal }) => ordinal === next);
      if (at >= 0) return [...path.slice(at).map(({ ordinal }) => ordinal), next];
      if (!done.has(next)) enter(next);
    }
  }
  return null;
}

function linksOn(way: readonly number[], dependencies: readonly Dependency[]): Dependency[] {
  return way
    .slice(1)
    .flatMap((to, index) =>
      dependencies.filter(({ task, on }) => task === way[index] && on === to),
    );
}

function weakestOf(links: readonly Dependency[]): Dependency {
  const ordered = new Set(
    links.filter(({ source }) => source === 'ordered').map(({ task, on }) => `${task} ${on}`),
  );
  const strength = ({ task, on }: Dependency): number =>
    (ordered.has(`${task} ${on}`) ? 1e6 : 0) + task - on;
  return links.reduce((weakest, link) => (strength(link) < strength(weakest) ? link : weakest));
}
