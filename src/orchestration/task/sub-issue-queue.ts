import { isLeftOut } from '../../model/state/run-status.ts';
import { subIssueTitle } from '../../model/names.ts';
import { plannedTask } from '../../services/planned-task.ts';
import type { Services } from '../../services/run-services.ts';
import { subIssueBody } from './sub-issue-body.ts';

/** The hidden marker by which a task's sub-issue is found again. */
export function subIssueKey(run: string, ordinal: number): string {
  return `flotilla:sub-issue:${run}:${ordinal}`;
}

/**
 * Sub-issues are made one after another, in the order in which the author wrote the tasks. One that nobody chose gets
 * none: it may be meant for other hands. A task that was added later is the next one.
 */
export function subIssueQueue(
  services: Services<'record' | 'forge' | 'settings'>,
): (ordinal: number) => Promise<number> {
  const made = new Map<number, Promise<number>>();
  let last: Promise<unknown> = Promise.resolve();
  const state = services.record.state();
  const put = (ordinal: number): Promise<number> => {
    const mine = last.catch(() => undefined).then(() => ensureSubIssue(services, ordinal));
    mine.catch(() => undefined);
    made.set(ordinal, mine);
    last = mine;
    return mine;
  };
  for (const task of state.tasks) if (!isLeftOut(state, task)) void put(task.ordinal);
  return (ordinal) => made.get(ordinal) ?? put(ordinal);
}

async function ensureSubIssue(
  services: Services<'record' | 'forge' | 'settings'>,
  ordinal: number,
): Promise<number> {
  const { record, forge } = services;
  const { issueNumber, title } = record.task(ordinal);
  if (issueNumber !== null) return issueNumber;
  const state = record.state();
  const key = subIssueKey(record.run, ordinal);
  record.record({ type: 'sub-issue-intended', task: ordinal, key });
  const item = await forge.ensureIssue({
    kind: 'sub-issue',
    parent: state.issue,
    key,
    title: subIssueTitle(state.issue, title),
    body: subIssueBody({
      ...{ state, planned: plannedTask(services, ordinal), key },
      checks: services.settings.checks.map(({ command }) => command),
    }),
    labels: ['parallel-orchestration', 'sub-issue'],
    blockedBy: plannedTask(services, ordinal).dependsOn.flatMap(
      (first) => state.tasks.find((task) => task.ordinal === first)?.issueNumber ?? [],
    ),
  });
  record.record({ type: 'sub-issue-done', task: ordinal, ...item });
  return item.number;
}
