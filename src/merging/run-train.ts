import type { MergeAnswer, MergeRefusal, MergingForge, PullRequestState } from '../forge/forge.ts';
import { fetchRef, type BareClone } from '../git/bare-clone.ts';
import type { GitIdentity } from '../git/git.ts';
import type { RunEvent } from '../model/event.ts';
import type { CheckResult } from '../model/failure.ts';
import type { UpdateChecked } from '../model/merge-event.ts';
import { unreachable } from '../model/result.ts';
import type { CarState, TrainState } from '../model/train.ts';
import { coversWork, staleWords } from './approval.ts';
import { blameConflict, type MergedBefore } from './blame-conflict.ts';
import type { RunChecks } from './judge-union.ts';
import type { MergeRepository } from './merge-repository.ts';
import { nextTrainStep, type Leave, type TrainStep } from './next-train-step.ts';
import type { Resolver } from './resolver.ts';
import type { ScratchTree } from './scratch-tree.ts';
import type { SettleByRule } from './settle-by-rule.ts';
import { updateBranch } from './update-branch.ts';

/** All that a merge train needs from outside. */
export type TrainTools = {
  readonly run: string;
  /** Writes an event down; `train` knows it from then on. */
  readonly record: (event: RunEvent) => unknown;
  readonly train: () => TrainState;
  readonly forge: MergingForge;
  readonly clone: BareClone;
  readonly repository: MergeRepository;
  /** Where checks run. */
  readonly scratch: ScratchTree;
  readonly runChecks: RunChecks;
  readonly settle: SettleByRule;
  /** The newest published commit of a task that an agent made; null when there is none. */
  readonly lastWork: (task: number) => string | null;
  /** Tasks that were merged before this train. */
  readonly mergedBefore: () => readonly MergedBefore[];
  /** Asks agents where git, or the checks, do not go on. */
  readonly resolver: Resolver;
  readonly identity: GitIdentity;
  readonly stop: AbortSignal;
};

/** A forge that refuses the same pull request this often will not have it. */
const mostRefusals = 5;

/** What this life of the train has seen of the forge. */
type Seen = { readonly looked: Set<number>; readonly refusals: Map<number, number> };

/**
 * Merges pull requests one after another, each brought up to the base and checked on it first. Every step is chosen from
 * the journal and leaves its trace there, so that a train can be taken up anywhere. Gives false when it was stopped.
 */
export async function runTrain(tools: TrainTools): Promise<boolean> {
  const seen: Seen = { looked: new Set(), refusals: new Map() };
  // What a train that died had not put away.
  for (const car of tools.train().cars)
    if (car.resolves > 0 && car.resolve === null) await tools.resolver.putAway(car);
  for (;;) {
    if (tools.stop.aborted) return false;
    const base = await fetchBase(tools);
    const step = nextTrainStep(tools.train(), base, tools.resolver);
    if (step.kind === 'end') {
      tools.record({ type: 'train-ended' });
      return true;
    }
    const isUnderWay = step.kind === 'resolve' && step.car.resolve !== null;
    if (!isUnderWay && !seen.looked.has(step.car.task)) {
      await look(tools, step.car);
      seen.looked.add(step.car.task);
    } else await take(tools, { step, base, seen });
  }
}

function fetchBase({ forge, clone, train }: TrainTools): Promise<string> {
  const { branch } = train();
  return forge.fetch({ into: clone, branch, to: `refs/flotilla/base/${branch}` });
}

/** Sees how a pull request stands: others may have merged it, closed it, or pushed to it. */
async function look(tools: TrainTools, car: CarState): Promise<void> {
  const { record, forge, clone } = tools;
  const { task } = car;
  const pull = await forge.pullRequestState(car.number);
  const { state, head, base, mergedAs, mergedBy } = pull;
  if (state === 'merged') {
    const into = tools.train().branch;
    if (base !== into)
      return leave(tools, car, simply('closed', `it was merged into ${base}, not into ${into}`));
    const by = car.isMergeIntended ? 'us' : 'somebody else';
    const who = mergedBy === null ? {} : { who: mergedBy };
    record({ type: 'merge-done', task, sha: mergedAs ?? head, by, ...who });
    return;
  }
  if (state === 'closed') return leave(tools, car, simply('closed', 'its pull request is closed'));
  await forge.fetch({ into: clone, branch: car.branch, to: `${refOf(tools, task)}/pushed` });
  // We died over the push, or somebody else pushed.
  if (head !== car.pushed && head === car.head) await notePush(tools, car);
  else if (head !== car.pushed) record({ type: 'head-seen', task, head });
  const lacking = await policyLacks(tools, task, pull);
  if (lacking !== null) leave(tools, car, lacking);
}

async function policyLacks(
  { train, clone, lastWork }: TrainTools,
  task: number,
  { isApproved, approvedAt, head }: PullRequestState,
): Promise<Leave | null> {
  if (train().policy !== 'approved') return null;
  if (!isApproved) return simply('not-approved', 'nobody has approved it');
  const covering = { git: clone.git, approvedAt, head, work: lastWork(task) };
  return (await coversWork(covering))
    ? null
    : simply('not-approved', `it was ${staleWords}: look at it and approve it again`);
}

function simply(reason: Leave['reason'], message: string): Leave {
  return { reason, message, with: [], files: [] };
}

function leave({ record }: TrainTools, { task }: CarState, why: Leave): void {
  record({ type: 'merge-left', task, ...why });
}

/** Keeps what belongs to a task's merge in the clone until it is merged. */
function refOf({ run }: TrainTools, task: number): string {
  return `refs/flotilla/train/${run}/${task}`;
}

type Taking = {
  readonly step: Exclude<TrainStep, { kind: 'end' }>;
  readonly base: string;
  readonly seen: Seen;
};

async function take(tools: TrainTools, { step, base, seen }: Taking): Promise<void> {
  const { car } = step;
  switch (step.kind) {
    case 'leave':
      return leave(tools, car, step.leave);
    case 'update':
      return update(tools, car, base);
    case 'check':
      return check(tools, car);
    case 'resolve':
      return resolve(tools, step, { base, seen });
    case 'push':
      return push(tools, car, seen);
    case 'merge':
      return merge(tools, { car, base, seen });
    default:
      return unreachable(step);
  }
}

async function update(tools: TrainTools, car: CarState, onto: string): Promise<void> {
  const { record, repository, identity, settle } = tools;
  const { task } = car;
  const { git } = repository;
  const train = tools.train();
  record({ type: 'update-intended', task, onto });
  // One that was stacked goes into the base now that what was below it is there.
  await tools.forge.makeReady({ number: car.number, into: train.branch });
  const answer = await updateBranch({ git, identity, train, car, onto, settle });
  if (answer.kind === 'conflicted') {
    const others = await blameConflict(git, {
      ...{ train, car, files: answer.files },
      before: tools.mergedBefore(),
    });
    await keepHead(tools, task, answer.head);
    const { head, files } = answer;
    record({ type: 'update-conflicted', task, onto, head, files, with: others });
    return;
  }
  const { head, byRule } = answer;
  await keepHead(tools, task, head);
  record({ type: 'update-done', task, onto, head, byRule });
}

/** Puts a new head, before it is written down, where it cannot be lost. */
async function keepHead(tools: TrainTools, task: number, head: string): Promise<void> {
  const { repository, clone } = tools;
  const from = 'refs/flotilla/updated';
  await repository.git.run(['update-ref', from, head]);
  const to = `${refOf(tools, task)}/head`;
  await fetchRef(clone, { repository: repository.directory, from, to });
}

async function check(tools: TrainTools, { task, head, onto }: CarState): Promise<void> {
  const checks = await checkTwice(tools, head, onto);
  // Checks that were cut short say nothing.
  if (!tools.stop.aborted) tools.record({ type: 'update-checked', task, head, ...checks });
}

/** What fails runs again, and when it fails again, on the base alone: a flaky check or a red base is nobody's fault. */
async function checkTwice(
  { scratch, runChecks, stop }: TrainTools,
  head: string,
  onto: string | null,
): Promise<Pick<UpdateChecked, 'checks' | 'flaky' | 'redOnBase'>> {
  const on = async (commit: string, only: Set<string> | null): Promise<readonly CheckResult[]> => {
    await scratch.show(commit);
    return stop.aborted ? [] : runChecks(scratch.directory, only);
  };
  const first = await on(head, null);
  const failed = redOf(first);
  if (failed.length === 0) return { checks: first };
  const second = await on(head, new Set(failed));
  const red = redOf(second);
  const flaky = failed.filter((name) => !red.includes(name));
  const checks = first.map((one) => second.find(({ name }) => name === one.name) ?? one);
  const alone = red.length === 0 || onto === null ? [] : await on(onto, new Set(red));
  return { checks, flaky, redOnBase: redOf(alone) };
}

function redOf(checks: readonly CheckResult[]): string[] {
  return checks.filter(({ state }) => state !== 'passed').map(({ name }) => name);
}

async function resolve(
  tools: TrainTools,
  { car, why }: Extract<TrainStep, { kind: 'resolve' }>,
  { base, seen }: Omit<Taking, 'step'>,
): Promise<void> {
  const { record, resolver, train, repository } = tools;
  const { task } = car;
  const answer = await resolver.resolve({ train: train(), car, why, base, git: repository.git });
  // It took long: somebody may have done something about it meanwhile.
  seen.looked.delete(task);
  if (answer.kind === 'stopped') return;
  if (answer.kind === 'failed') {
    record({ type: 'resolve-failed', task, message: answer.message });
    await putAway(tools, task);
    return;
  }
  const { head, onto, files, notes } = answer;
  await tools.clone.git.run(['update-ref', `${refOf(tools, task)}/head`, head]);
  record({ type: 'resolve-done', task, onto, head, files, notes });
  await putAway(tools, task);
}

async function putAway({ resolver, train }: TrainTools, task: number): Promise<void> {
  const car = train().cars.find((one) => one.task === task);
  if (car !== undefined) await resolver.putAway(car);
}

async function notePush({ record, forge }: TrainTools, car: CarState): Promise<void> {
  if (car.isResolved) await forge.retractApproval?.(car.number);
  record({ type: 'push-done', task: car.task, head: car.head });
}

async function push(tools: TrainTools, car: CarState, seen: Seen): Promise<void> {
  const { record, forge, clone } = tools;
  const { task, head, branch, pushed } = car;
  record({ type: 'push-intended', task, branch, head });
  try {
    await forge.push({ from: clone.directory, commit: head, branch, expected: pushed });
  } catch (error) {
    // Somebody may have pushed meanwhile: theirs is never overwritten.
    const now = await forge.pullRequestState(car.number);
    if (now.head === pushed) throw error;
    seen.looked.delete(task);
    return;
  }
  await notePush(tools, car);
}

async function merge(
  tools: TrainTools,
  { car, base, seen }: Omit<Taking, 'step'> & { readonly car: CarState },
): Promise<void> {
  const { record, forge, clone, identity } = tools;
  const { task, number, head } = car;
  record({ type: 'merge-intended', task, number, head, base });
  const method = await methodFor(tools, head, base);
  const answer = await forge.merge({ number, method, head, base, identity, signal: tools.stop });
  if (answer.kind === 'stopped') return;
  if (answer.kind === 'merged') {
    const otherwise = answer.method === undefined ? {} : { method: answer.method };
    record({ type: 'merge-done', task, sha: answer.sha, by: 'us', ...otherwise });
    for (const name of ['head', 'pushed'])
      await clone.exclusively(() =>
        clone.git.run(['update-ref', '-d', `${refOf(tools, task)}/${name}`]),
      );
    return;
  }
  const refusals = (seen.refusals.get(task) ?? 0) + 1;
  seen.refusals.set(task, refusals);
  seen.looked.delete(task);
  if (isWorthAnotherTry(answer.why) && refusals < mostRefusals) return;
  leave(tools, car, refusal(answer));
}

/** The head or the base moved, or it was closed meanwhile: a look tells what is to be done. */
function isWorthAnotherTry(why: MergeRefusal): boolean {
  return why === 'head-moved' || why === 'base-moved' || why === 'closed';
}

function refusal({ why, message }: Extract<MergeAnswer, { kind: 'refused' }>): Leave {
  switch (why) {
    case 'check-failed':
    case 'not-approved':
    case 'late':
      return simply(why, message);
    default:
      return simply('refused', `the forge refused to merge it: ${message}`);
  }
}

/** A branch that could be brought up to the base only by a merge cannot be replayed on it: it is squashed. */
async function methodFor(
  { train, repository }: TrainTools,
  head: string,
  base: string,
): Promise<TrainState['method']> {
  const { method } = train();
  if (method !== 'rebase') return method;
  const count = await repository.git.run(['rev-list', '--count', '--merges', `${base}..${head}`]);
  return count.trim() === '0' ? 'rebase' : 'squash';
}
