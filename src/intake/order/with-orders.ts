import type { MasterIssue, SubTask, Passage, StatedParams } from '../../model/issue/issue.ts';
import { passagesOfTask } from './passages.ts';
import { readClause, type ReadPlace } from './read-clause.ts';
import { lastReference } from './read-subject.ts';
import { clausesOf, type Clause } from './clauses.ts';
import { openTaskNames } from './task-names.ts';

/**
 * The issue with the orders that its words give, as a whole and for each task. `itemOf` gives the ordinal of the item that a
 * number in the text stands for, where that is not the number itself.
 */
export function withOrders(issue: MasterIssue, itemOf?: (number: number) => number): MasterIssue {
  const { tasks, skipped } = issue;
  const passages = issue.passages ?? tasks.flatMap((task) => passagesOfTask(task));
  const ordinals = [...tasks, ...skipped].map(({ ordinal }) => ordinal).toSorted((a, b) => a - b);
  const { orders, afterIssues } = readOrders({ tasks, ordinals, itemOf }, passages);
  const after = Map.groupBy(
    orders.filter(({ how }) => how === 'said'),
    ({ task }) => task,
  );
  return {
    ...issue,
    passages,
    orders,
    tasks: tasks.map((task): SubTask => ({
      ...task,
      after: (after.get(task.ordinal) ?? []).map(({ on }) => on).toSorted((a, b) => a - b),
      afterIssues: afterIssues.get(task.ordinal) ?? [],
    })),
  };
}

/** The same after the words of some tasks were changed: what is said around them stays. */
export function withOrdersAgain(issue: MasterIssue, changed: ReadonlySet<number>): MasterIssue {
  const known = new Set(issue.tasks.map(({ ordinal }) => ordinal));
  const kept = (issue.passages ?? []).filter(
    ({ task }) => task === null || (known.has(task) && !changed.has(task)),
  );
  const added = issue.tasks
    .filter(({ ordinal }) => changed.has(ordinal))
    .flatMap((task) => passagesOfTask(task));
  return withOrders({ ...issue, passages: [...added, ...kept] });
}

/** What orders are read from: the open tasks, and all items by their ordinals. */
type OrderedItems = {
  readonly tasks: readonly Pick<
    SubTask,
    'ordinal' | 'title' | 'description' | 'acceptance' | 'reference' | 'lines'
  >[];
  /** Of checked items too. */
  readonly ordinals: readonly number[];
  readonly itemOf: ((number: number) => number) | undefined;
};

/** The orders that the words of an issue give. */
type ReadOrders = {
  readonly orders: readonly StatedParams[];
  /** For each task, the numbers of issues that it says come before it. */
  readonly afterIssues: ReadonlyMap<number, readonly number[]>;
};

/** Nobody orders more pairs than this by hand; it bounds what `all of the above` in each of hundreds of tasks makes. */
const mostOrders = 10_000;

/** Reads which task comes after which, in the words of the tasks and of the prose around them. Only open tasks are ordered. */
function readOrders(items: OrderedItems, passages: readonly Passage[]): ReadOrders {
  const open = new Set(items.tasks.map(({ ordinal }) => ordinal));
  const byIssue = new Map(
    items.tasks.flatMap(({ reference, ordinal }) =>
      reference !== null && reference.owner === null ? [[reference.number, ordinal] as const] : [],
    ),
  );
  const place: ReadPlace = {
    ordinals: items.ordinals,
    names: openTaskNames(items.tasks),
    hasIssues: items.tasks.some(({ reference }) => reference !== null),
    ...(items.itemOf === undefined ? {} : { itemOf: items.itemOf }),
  };
  const orders = new Map<string, StatedParams>();
  const afterIssues = new Map<number, number[]>();
  for (const { passage, isTitle } of marked(passages)) {
    let antecedent: readonly number[] = [];
    for (const clause of clausesOf(passage, isTitle)) {
      const here = { ...place, antecedent };
      antecedent = spokenOf(clause, here);
      for (const { tasks, on, issues, how } of readClause(clause, here)) {
        const before = [...on, ...issues.flatMap((issue) => byIssue.get(issue) ?? [])];
        for (const task of tasks.filter((each) => open.has(each))) {
          if (issues.length > 0)
            afterIssues.set(task, [...new Set([...(afterIssues.get(task) ?? []), ...issues])]);
          for (const first of before) {
            const key = `${task} ${first}`;
            const isBetter = how === 'said' && orders.get(key)?.how !== 'said';
            if (first === task || !open.has(first) || (orders.has(key) && !isBetter)) continue;
            if (orders.size < mostOrders)
              orders.set(key, {
                task,
                on: first,
                how,
                words: clause.text.trim(),
                line: clause.line,
              });
          }
        }
      }
    }
  }
  return { orders: [...orders.values()], afterIssues };
}

/** What `them` would be in the next clause. */
function spokenOf({ text, task, above }: Clause, place: ReadPlace): readonly number[] {
  return lastReference(text, { ...place, task, above }) ?? [];
}

/** The first passage of a task is its title. */
function marked(passages: readonly Passage[]): { passage: Passage; isTitle: boolean }[] {
  const seen = new Set<number>();
  return passages.map((passage) => {
    const isTitle = passage.task !== null && !seen.has(passage.task);
    if (passage.task !== null) seen.add(passage.task);
    return { passage, isTitle };
  });
}
