import type { MasterIssue } from '../../model/issue/issue.ts';
import { areNumberedByPlace, type ItemNumbers } from '../../model/issue/number-items.ts';
import { withOrders } from './with-orders.ts';

/**
 * An issue whose items have a run's numbers instead of their places. A number in the text (`after task 2`) is one of the
 * run's, too: it was, when the text around it was planned, and it is what people see of the run. Words that speak of places
 * (`the task above`) speak of the text as it is.
 */
export function withNumbers(issue: MasterIssue, numbers: ItemNumbers): MasterIssue {
  if (areNumberedByPlace(numbers)) return issue;
  const numberOf = (place: number): number => numbers.get(place) ?? place;
  const places = new Map([...numbers].map(([place, ordinal]) => [ordinal, place]));
  const read = withOrders(issue, (number) => places.get(number) ?? 0);
  const inOrder = (ordinals: readonly number[]): number[] =>
    ordinals.map(numberOf).toSorted((one, other) => one - other);
  return {
    ...read,
    tasks: read.tasks.map((task) => ({
      ...task,
      ordinal: numberOf(task.ordinal),
      after: inOrder(task.after),
    })),
    skipped: read.skipped.map((item) => ({ ...item, ordinal: numberOf(item.ordinal) })),
    passages: (read.passages ?? []).map((passage) => ({
      ...passage,
      task: passage.task === null ? null : numberOf(passage.task),
      above: passage.above === 0 ? 0 : numberOf(passage.above),
    })),
    orders: (read.orders ?? []).map((order) => ({
      ...order,
      task: numberOf(order.task),
      on: numberOf(order.on),
    })),
  };
}
