/** A task as far as order goes. */
export type Orderable = {
  readonly ordinal: number;
  readonly batch: number;
};

export type StackParams = {
  readonly tasks: readonly Orderable[];
  /** By ordinal, the tasks that must come first; without circles. */
  readonly dependsOn: ReadonlyMap<number, readonly number[]>;
  /** Pairs that may not run at the same time. */
  readonly conflicts: readonly (readonly [number, number])[];
};

type Part = { readonly members: readonly number[]; readonly below: number | null };

/**
 * Gives each task the one whose branch it starts from, or null: the base. Of every two tasks that depend on each other
 * or collide, one lies in the stack below the other, so a task has all that it needs in the one branch that it starts
 * from; all others stay side by side.
 *
 * One task of a connected part becomes its root; what is left of the part without it falls into parts that have nothing
 * to do with each other, and each of them starts from that root. The root is the task with most links, since
 * removing it leaves the smallest parts and so the shortest stacks.
 */
export function buildStacks({
  tasks,
  dependsOn,
  conflicts,
}: StackParams): Map<number, number | null> {
  const neighbours = neighboursOf(tasks, dependsOn, conflicts);
  const batches = new Map(tasks.map(({ ordinal, batch }) => [ordinal, batch]));
  // Parts have no neighbours but their own, so that one count of those who are left does for all parts.
  const degrees = new Map([...neighbours].map(([ordinal, others]) => [ordinal, others.size]));
  const stackOn = new Map<number, number | null>();
  const open: Part[] = partsOf(
    tasks.map(({ ordinal }) => ordinal),
    neighbours,
    null,
  );
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const root = rootOf(part.members, { degrees, dependsOn, batches });
    stackOn.set(root, part.below);
    for (const other of neighbours.get(root) ?? [])
      degrees.set(other, (degrees.get(other) ?? 0) - 1);
    open.push(
      ...partsOf(
        part.members.filter((ordinal) => ordinal !== root),
        neighbours,
        root,
      ),
    );
  }
  return stackOn;
}

type Neighbours = ReadonlyMap<number, ReadonlySet<number>>;

function neighboursOf(
  tasks: readonly Orderable[],
  dependsOn: StackParams['dependsOn'],
  conflicts: StackParams['conflicts'],
): Neighbours {
  const neighbours = new Map(tasks.map(({ ordinal }) => [ordinal, new Set<number>()]));
  const join = (one: number, other: number): void => {
    if (!neighbours.has(one) || !neighbours.has(other)) return;
    neighbours.get(one)?.add(other);
    neighbours.get(other)?.add(one);
  };
  for (const [ordinal, others] of dependsOn) for (const other of others) join(ordinal, other);
  for (const [one, other] of conflicts) join(one, other);
  return neighbours;
}

/** The connected parts of some tasks, each to stand on the same task. */
function partsOf(members: readonly number[], neighbours: Neighbours, below: number | null): Part[] {
  const left = new Set(members);
  const parts: Part[] = [];
  for (const first of members) {
    if (!left.delete(first)) continue;
    const part = [first];
    for (const member of part) {
      // If all are linked, the first one's neighbours are all of them.
      if (left.size === 0) break;
      for (const next of neighbours.get(member) ?? []) if (left.delete(next)) part.push(next);
    }
    parts.push({ members: part, below });
  }
  return parts;
}

function rootOf(
  members: readonly number[],
  params: {
    /** How many of the remaining tasks each is linked to. */
    readonly degrees: ReadonlyMap<number, number>;
    readonly dependsOn: StackParams['dependsOn'];
    readonly batches: ReadonlyMap<number, number>;
  },
): number {
  const here = new Set(members);
  const isFree = (ordinal: number): boolean =>
    !(params.dependsOn.get(ordinal) ?? []).some((other) => here.has(other));
  const batchOf = (ordinal: number): number => params.batches.get(ordinal) ?? 1;
  const free = members.filter(isFree);
  const first = Math.min(...free.map(batchOf));
  return free
    .filter((ordinal) => batchOf(ordinal) === first)
    .map((ordinal) => ({ ordinal, degree: params.degrees.get(ordinal) ?? 0 }))
    .reduce((best, next) =>
      next.degree > best.degree || (next.degree === best.degree && next.ordinal < best.ordinal)
        ? next
        : best,
    ).ordinal;
}

/** One after another: each task starts from the previous one in this order. */
export function buildChain(ordinals: readonly number[]): Map<number, number | null> {
  return new Map(ordinals.map((ordinal, index) => [ordinal, ordinals[index - 1] ?? null]));
}
