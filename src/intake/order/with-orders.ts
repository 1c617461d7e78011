import type { MasterIssue, SubTask } from '../../model/issue/issue.ts';
import { passagesOfTask } from './passages.ts';
import { readOrders } from './read-orders.ts';

/** The issue with the orders that its words give, as a whole and for each task. */
export function withOrders(issue: MasterIssue): MasterIssue {
  const { tasks, skipped } = issue;
  const passages = issue.passages ?? tasks.flatMap((task) => passagesOfTask(task));
  const ordinals = [...tasks, ...skipped].map(({ ordinal }) => ordinal).toSorted((a, b) => a - b);
  const { orders, afterIssues } = readOrders({ tasks, ordinals }, passages);
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
