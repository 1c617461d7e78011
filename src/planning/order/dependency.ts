/** One task depends on another one of the issue. */
export type Dependency = {
  /** The one that comes later. */
  readonly task: number;
  /** The one that comes first. */
  readonly on: number;
  /** Whether the author ordered them, it was seen in what they say, or a second reader read it there. */
  readonly source: 'ordered' | 'seen' | 'reader';
  /** Why, as the end of a sentence: `says that it comes after task 2`. */
  readonly why: string;
  /** The words that it was read from, and their line; left out where it does not come from words. */
  readonly read?: { readonly words: string; readonly line: number };
};

/** By ordinal, what must come first, in ascending order. */
export function predecessors(dependencies: readonly Dependency[]): Map<number, readonly number[]> {
  const sets = new Map<number, Set<number>>();
  for (const { task, on } of dependencies)
    sets.set(task, (sets.get(task) ?? new Set<number>()).add(on));
  return new Map([...sets].map(([task, on]) => [task, [...on].toSorted((a, b) => a - b)]));
}
