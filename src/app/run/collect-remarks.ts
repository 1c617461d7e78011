import type { Forge, PullReport, ReviewRequest } from '../../forge/forge.ts';
import type { TaskReturned } from '../../model/event/pull-event.ts';
import type { PullRemark } from '../../model/event/pull-remark.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { redChecks } from '../../orchestration/feedback/return-order.ts';
import { discreetForge } from './discreet-forge.ts';

/** What there is to address on one pull request. */
export type Collected = {
  readonly task: TaskState;
  readonly number: number;
  /** Null: nothing, and `why` says it in other words than that nobody asks for anything. */
  readonly returned: TaskReturned | null;
  readonly why: string | null;
  /** Who asks for changes without having a say. */
  readonly strangers: readonly string[];
};

/** Reads what reviewers ask on the open pull requests of tasks, and which of their checks are red. Changes nothing. */
export async function collectRemarks(
  forge: Forge,
  tasks: readonly TaskState[],
): Promise<readonly Collected[]> {
  if (!forge.can.feedback) return [];
  const numbers = tasks.flatMap(({ pullRequest }) => pullRequest?.number ?? []);
  const reports = await standings(forge, numbers);
  const collected: Collected[] = [];
  for (const task of tasks) {
    const report = reports.find(({ number }) => number === task.pullRequest?.number);
    collected.push(await collectOne({ forge, task, report }));
  }
  return collected;
}

type Standing = Pick<PullReport, 'number' | 'state' | 'head' | 'failed'>;

async function standings(forge: Forge, numbers: readonly number[]): Promise<readonly Standing[]> {
  if (numbers.length === 0) return [];
  if (forge.can.checks) return forge.lookAtPulls(numbers);
  const asked = numbers.map(async (number) => ({
    number,
    ...(await forge.pullRequestState(number)),
    failed: [],
  }));
  return Promise.all(asked);
}

async function collectOne(order: {
  readonly forge: Forge;
  readonly task: TaskState;
  readonly report: Standing | undefined;
}): Promise<Collected> {
  const { task, report } = order;
  const number = task.pullRequest?.number ?? 0;
  const nothing = { task, number, returned: null, strangers: [] };
  if (report === undefined) return { ...nothing, why: 'the forge does not know it' };
  if (report.state !== 'open') return { ...nothing, why: `it is ${report.state}` };
  const forge = discreetForge(order.forge, order.forge.secrets);
  const requests = await forge.readReviewRequests(number);
  const strangers = requests.filter(({ isTrusted }) => !isTrusted).map(({ author }) => author);
  const asked = requests
    .filter(({ isTrusted, id }) => isTrusted && !task.feedback.addressed.includes(id))
    .map(asRemark);
  const { head, failed } = report;
  const remarks = [...asked, ...(await redChecks(forge, { head, failed }))];
  const returned: TaskReturned | null =
    remarks.length === 0
      ? null
      : { type: 'task-returned', task: task.ordinal, why: 'address', head, remarks };
  return { task, number, returned, why: null, strangers: [...new Set(strangers)] };
}

function asRemark({ id, author, path, line, body }: ReviewRequest): PullRemark {
  return { kind: 'review', id, author, path, line, body };
}
