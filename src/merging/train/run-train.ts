import type { MergeAnswer, MergeRefusal } from '../../forge/forge.ts';
import { isLinear } from '../../git/ancestry.ts';
import { fetchRef } from '../../git/bare-clone.ts';
import { deleteRef, updateRef } from '../../git/refs.ts';
import { unreachable } from '../../model/result.ts';
import type { CarState, TrainState } from '../../model/merge/train.ts';
import { blameConflict } from '../../trial/blame-conflict.ts';
import type { CheckResult } from '../../model/failure/failure.ts';
import type { UpdateChecked } from '../../model/event/merge-event.ts';
import { lookAtPull, notePush } from './look-at-pull.ts';
import { nextTrainStep, type Leave, type TrainStep } from './next-train-step.ts';
import { leave, refOf, simply, type TrainTools } from './train-tools.ts';
import { updateBranch } from './update-branch.ts';

/** A forge that refuses the same pull request this often will not accept it. */
const mostRefusals = 5;

/** What this life of the train has seen of the forge. */
type Seen = { readonly looked: Set<number>; readonly refusals: Map<number, number> };

/**
 * Merges pull requests one after another, each brought up to the base and checked on it first. Every step is chosen from
 * the journal and leaves its trace there, so that a train can be taken up anywhere. Gives false when it was stopped.
 */
export async function runTrain(tools: TrainTools): Promise<boolean> {
  const seen: Seen = { looked: new Set(), refusals: new Map() };
  // What a dead train had not cleaned up.
  for (const car of tools.train().cars)
    if (car.resolves + car.fixes > 0 && car.resolve === null) await tools.resolver.putAway(car);
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
      await lookAtPull(tools, step.car);
      seen.looked.add(step.car.task);
    } else await take(tools, { step, base, seen });
  }
}

function fetchBase({ forge, clone, train }: TrainTools): Promise<string> {
  const { branch } = train();
  return forge.fetch({ into: clone, branch, to: `refs/flotilla/base/${branch}` });
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
  await updateRef(repository.git, from, head);
  const to = `${refOf(tools, task)}/head`;
  await fetchRef(clone, { repository: repository.directory, from, to });
}

async function check(tools: TrainTools, { task, head, onto }: CarState): Promise<void> {
  const checks = await checkTwice(tools, head, onto);
  // Checks that were cut short say nothing.
  if (!tools.stop.aborted) tools.record({ type: 'update-checked', task, head, ...checks });
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
  await updateRef(tools.clone.git, `${refOf(tools, task)}/head`, head);
  record({ type: 'resolve-done', task, why, onto, head, files, notes });
  await putAway(tools, task);
}

async function putAway({ resolver, train }: TrainTools, task: number): Promise<void> {
  const car = train().cars.find((one) => one.task === task);
  if (car !== undefined) await resolver.putAway(car);
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
      await clone.exclusively(() => deleteRef(clone.git, `${refOf(tools, task)}/${name}`));
    return;
  }
  const failed = answer.failed ?? [];
  if (failed.length > 0 && tools.readRed !== null && tools.resolver.fixes(task) > 0) {
    record({ type: 'forge-red', task, head, remarks: await tools.readRed({ failed, head }) });
    return;
  }
  const refusals = (seen.refusals.get(task) ?? 0) + 1;
  seen.refusals.set(task, refusals);
  seen.looked.delete(task);
  if (isWorthAnotherTry(answer.why) && refusals < mostRefusals) return;
  leave(tools, car, refusal(answer));
}

/** The head or the base moved, or it was closed meanwhile: a look shows what to do. */
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
  return (await isLinear(repository.git, base, head)) ? 'rebase' : 'squash';
}

/** What fails runs again, and when it fails again, on the base alone: a flaky check or a red base is no branch's fault. */
async function checkTwice(
  { scratch, runChecks, stop }: Pick<TrainTools, 'scratch' | 'runChecks' | 'stop'>,
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
