import type { TaskReturned } from '../model/event/pull-event.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { TaskState } from '../model/state/task-state.ts';
import { UserError } from '../model/user-error.ts';
import { remarkWords } from '../reporting/words/feedback-words.ts';
import { plainText } from '../model/text/plain-text.ts';
import type { Forge, PullReport, ReviewRequest } from '../forge/forge.ts';
import type { PullRemark } from '../model/event/pull-remark.ts';
import { redChecks } from '../orchestration/feedback/return-order.ts';
import type { AppContext } from './user-interface.ts';
import type { Place } from './place/find-place.ts';
import { readGivenRemark, type GivenRemark } from './given-remarks.ts';
import { readBaseEvidence } from './plan/base-evidence.ts';
import { carryOut } from './run/carry-out.ts';
import { noteMerged } from './run/note-merged.ts';
import type { OrchestrateOptions } from './settings/given-flags.ts';
import { withRun, type HeldRun } from './run/with-run.ts';
import { maskedForge } from './run/masked-forge.ts';

/** The options of `address`; what is not given is as it was for the run. */
export type AddressOptions = Pick<
  OrchestrateOptions,
  'agent' | 'model' | 'ciFixes' | 'maxWorkers' | 'json' | 'plain' | 'trust' | 'takeOver'
> & {
  /** What the user asks besides, each as `readGivenRemark` takes it. */
  readonly remark?: readonly string[] | undefined;
};

/** What became of the pull requests that went back to their agents. */
export type AddressOutcome = {
  readonly state: RunState;
  readonly place: Place;
  /** Those tasks; empty when there was nothing to address. */
  readonly ordinals: readonly number[];
};

/**
 * Gives open pull requests back to their agents, with what reviewers and the user ask for and which of their checks are red. The result is verified, pushed to the same branches, and answered there.
 */
export async function addressIssue(
  params: {
    readonly issue: string;
    readonly tasks: readonly number[];
    readonly options: AddressOptions;
  },
  context: AppContext,
): Promise<AddressOutcome> {
  const { issue, options } = params;
  const given = (options.remark ?? []).map(readGivenRemark);
  const tasks = chosenTasks(params.tasks, given);
  return withRun({ argument: issue, options, context }, async (held) => {
    const known = held.state.tasks.map(({ ordinal }) => ordinal);
    const missing = tasks.filter((ordinal) => !known.includes(ordinal));
    if (missing.length > 0)
      throw new UserError({ code: 'no-such-task-in-run', ordinals: missing, known });
    return addressRun({ held, tasks, given, options, context });
  });
}

/** Where no task is named, remarks name those that they are about. */
function chosenTasks(named: readonly number[], given: readonly GivenRemark[]): readonly number[] {
  const about = [...new Set(given.map(({ task }) => task))];
  if (named.length === 0) return about;
  const other = about.find((task) => !named.includes(task));
  if (other === undefined) return named;
  const message = `A remark is about task ${other}, which is not among those to address: name it, too, or no task`;
  throw new UserError({ code: 'usage', message });
}

type Addressing = {
  readonly held: HeldRun;
  readonly tasks: readonly number[];
  readonly given: readonly GivenRemark[];
  readonly options: AddressOptions;
  readonly context: AppContext;
};

async function addressRun(params: Addressing): Promise<AddressOutcome> {
  const { held, tasks, given, context } = params;
  const { forge, journal, place } = held;
  const sha = await forge.baseSha(held.state.base.branch);
  const git = place.repository.git.at(forge.repository);
  await noteMerged({ journal, issue: held.state.issue, git, base: sha, forge });
  const chosen = held
    .reread()
    .tasks.filter(({ ordinal }) => tasks.length === 0 || tasks.includes(ordinal));
  const collected = await collectRemarks(forge, chosen.filter(isOpen), given);
  const lines = [...collected.flatMap(collectedLines), ...otherLines(chosen, tasks)];
  for (const line of lines) context.user.note(plainText(line, 300));
  const returns = collected.flatMap(({ returned }) => returned ?? []);
  // An earlier start may have been stopped over it.
  const begun = chosen.filter(({ feedback }) => feedback.returned !== null);
  const ordinals = [...returns.map(({ task }) => task), ...begun.map(({ ordinal }) => ordinal)];
  const state =
    ordinals.length === 0 ? held.reread() : await work(params, { ordinals, returns, sha });
  return { state, place, ordinals };
}

/** What can come back: a pull request that is open as far as we know. */
function isOpen({ status, pullRequest }: TaskState): boolean {
  return status === 'completed' && pullRequest?.state === 'open';
}

function collectedLines({ task, number, returned, why, strangers }: Collected): readonly string[] {
  const who = `#${number} (task ${task.ordinal})`;
  const left =
    strangers.length === 0
      ? []
      : [
          `${who}: the requests of ${strangers.join(', ')} are ignored: only owners, members and collaborators of the repository may ask.`,
        ];
  if (returned !== null) return [`${who}: ${remarkWords(returned.remarks)}`, ...left];
  return why === null ? left : [`${who}: ${why}.`, ...left];
}

/** Tasks that were named by number are never skipped silently. */
function otherLines(chosen: readonly TaskState[], asked: readonly number[]): readonly string[] {
  if (asked.length === 0) return [];
  return chosen
    .filter((task) => !isOpen(task) && task.feedback.returned === null)
    .map(({ ordinal, status }) => `Task ${ordinal} is ${status}: it has no open pull request.`);
}

type Work = {
  readonly ordinals: readonly number[];
  readonly returns: readonly TaskReturned[];
  readonly sha: string;
};

async function work({ held, options, context }: Addressing, todo: Work): Promise<RunState> {
  const state = held.reread();
  const { plan, issue, title, source, only } = state;
  if (plan === null) throw new Error(`${state.run} has open pull requests and no plan`);
  const { sha, ordinals, returns } = todo;
  const { branch } = state.base;
  const evidence = await readBaseEvidence(held.place.repository.git, sha, held.settings);
  return carryOut({
    ...{ ...held, issue, title, source, evidence, options, context, returns },
    // What comes back is for people to look at again.
    settings: { ...held.settings, merge: 'never', soloControl: 0 },
    base: { branch, sha },
    digest: null,
    // Published work is fixed, whatever the issue asks for by now.
    readIssue: () => Promise.resolve(null),
    intent: { known: state, plan, ordinals, only },
    planNext: () => Promise.reject(new Error('Addressing merges nothing')),
  });
}

/** What there is to address on one pull request. */
type Collected = {
  readonly task: TaskState;
  readonly number: number;
  /** Null: nothing, and `why` says it in other words than that nobody asks for anything. */
  readonly returned: TaskReturned | null;
  readonly why: string | null;
  /** Who asks for changes without having a say. */
  readonly strangers: readonly string[];
};

/** Reads what reviewers ask on the open pull requests of tasks, and which of their checks are red. Changes nothing. */
async function collectRemarks(
  forge: Forge,
  tasks: readonly TaskState[],
  given: readonly GivenRemark[],
): Promise<readonly Collected[]> {
  if (!forge.can.feedback) return [];
  const numbers = tasks.flatMap(({ pullRequest }) => pullRequest?.number ?? []);
  const reports = await standings(forge, numbers);
  const collected: Collected[] = [];
  for (const task of tasks) {
    const report = reports.find(({ number }) => number === task.pullRequest?.number);
    const own = given.filter((one) => one.task === task.ordinal).map(({ remark }) => remark);
    collected.push(await collectOne({ forge, task, report, own }));
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

async function collectOne(params: {
  readonly forge: Forge;
  readonly task: TaskState;
  readonly report: Standing | undefined;
  /** What the user asks besides. */
  readonly own: readonly PullRemark[];
}): Promise<Collected> {
  const { task, report } = params;
  const number = task.pullRequest?.number ?? 0;
  const nothing = { task, number, returned: null, strangers: [] };
  if (report === undefined) return { ...nothing, why: 'the forge does not know it' };
  if (report.state !== 'open') return { ...nothing, why: `it is ${report.state}` };
  const forge = maskedForge(params.forge, params.forge.secrets);
  const requests = await forge.readReviewRequests(number);
  const strangers = requests.filter(({ isTrusted }) => !isTrusted).map(({ author }) => author);
  const asked = requests
    .filter(({ isTrusted, id }) => isTrusted && !task.feedback.addressed.includes(id))
    .map(asRemark);
  const { head, failed } = report;
  const remarks = [...params.own, ...asked, ...(await redChecks(forge, { head, failed }))];
  const returned: TaskReturned | null =
    remarks.length === 0
      ? null
      : { type: 'task-returned', task: task.ordinal, why: 'address', head, remarks };
  return { task, number, returned, why: null, strangers: [...new Set(strangers)] };
}

function asRemark({ id, author, path, line, body }: ReviewRequest): PullRemark {
  return { kind: 'review', id, author, path, line, body };
}
