import type { MergingHome, PullFeedback, PullReport, ReviewRequest } from '../../forge/forge.ts';
import type { TaskReturned } from '../../model/event/pull-event.ts';
import type { PullRemark } from '../../model/event/pull-remark.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { redChecks } from '../../orchestration/feedback/return-order.ts';
import { discreetFeedback } from './discreet-feedback.ts';

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
  forge: MergingHome,
  tasks: readonly TaskState[],
): Promise<readonly Collected[]> {
  const { feedback } = forge;
  if (feedback === undefined) return [];
  const numbers = tasks.flatMap(({ pullRequest }) => pullRequest?.number ?? []);
  const reports = await standings(forge, feedback, numbers);
  const collected: Collected[] = [];
  for (const task of tasks) {
    const report = reports.find(({ number }) => number === task.pullRequest?.number);
    collected.push(await collectOne({ forge, feedback, task, report }));
  }
  return collected;
}

type Standing = Pick<PullReport, 'number' | 'state' | 'head' | 'failed'>;

async function standings(
  forge: MergingHome,
  feedback: PullFeedback,
  numbers: readonly number[],
): Promise<readonly Standing[]> {
  if (numbers.length === 0) return [];
  if (feedback.look !== undefined) return feedback.look(numbers);
  const asked = numbers.map(async (number) => ({
    number,
    ...(await forge.pullRequestState(number)),
    failed: [],
  }));
  return Promise.all(asked);
}

async function collectOne(order: {
  readonly forge: MergingHome;
  readonly feedback: PullFeedback;
  readonly task: TaskState;
  readonly report: Standing | undefined;
}): Promise<Collected> {
  const { forge, task, report } = order;
  const number = task.pullRequest?.number ?? 0;
  const nothing = { task, number, returned: null, strangers: [] };
  if (report === undefined) return { ...nothing, why: 'the forge does not know it' };
  if (report.state !== 'open') return { ...nothing, why: `it is ${report.state}` };
  const secrets = forge.secrets ?? [];
  const feedback = discreetFeedback(order.feedback, secrets);
  const requests = await feedback.readReviewRequests(number);
  const strangers = requests.filter(({ isTrusted }) => !isTrusted).map(({ author }) => author);
  const asked = requests
    .filter(({ isTrusted, id }) => isTrusted && !task.feedback.addressed.includes(id))
    .map(asRemark);
  const { head, failed } = report;
  const remarks = [...asked, ...(await redChecks(feedback, { head, failed }))];
  const returned: TaskReturned | null =
    remarks.length === 0
      ? null
      : { type: 'task-returned', task: task.ordinal, why: 'address', head, remarks };
  return { task, number, returned, why: null, strangers: [...new Set(strangers)] };
}

function asRemark({ id, author, path, line, body }: ReviewRequest): PullRemark {
  return { kind: 'review', id, author, path, line, body };
}
