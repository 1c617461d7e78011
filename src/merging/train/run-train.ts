import { whenAborted } from '../../services/when-aborted.ts';
import { fetchRef } from '../../git/bare-clone.ts';
import { updateRef } from '../../git/refs.ts';
import { findChecked } from '../../model/merge/checked-tree.ts';
import { unreachable } from '../../model/result.ts';
import type { CarState } from '../../model/merge/train.ts';
import { openAskedAgents, type AskedAgents } from './asked-agents.ts';
import { blameConflict } from '../../trial/blame-conflict.ts';
import { checkPrefix, readPrefix, type PrefixAnswer } from './check-prefix.ts';
import { compareMerged } from './compare-merged.ts';
import { lookAtPull, notePush } from './look-at-pull.ts';
import { mergeCar, type Seen } from './merge-car.ts';
import { nextTrainStep, type StepOfCar, type TrainStep } from './next-train-step.ts';
import { openAhead, type Ahead } from './run-ahead.ts';
import { fetchBase, leave, refOf, type TrainTools } from './train-tools.ts';
import { updateBranch } from './update-branch.ts';

/**
 * Merges pull requests one after another, each brought up to the base and checked on it first; what comes after is checked
 * meanwhile. Every step is chosen from the journal and leaves its trace there, so that a train can be taken up anywhere.
 * Gives false when it was stopped.
 */
export async function runTrain(tools: TrainTools): Promise<boolean> {
  const seen: Seen = { looked: new Set(), refusals: new Map(), compared: new Set() };
  await using ahead = openAhead(tools);
  await using agents = openAskedAgents();
  // What a dead train had not cleaned up.
  for (const car of tools.train().cars)
    if (car.resolves + car.fixes > 0 && car.resolve === null) await tools.resolver.putAway(car);
  for (;;) {
    if (tools.stop.aborted) return false;
    agents.rethrow();
    // What changes from here on is noticed, also while it is being looked at.
    const change = tools.boarding?.change() ?? null;
    const wasOver = tools.boarding?.isOver() ?? true;
    await tools.boarding?.take();
    const base = await fetchBase(tools);
    await compareMerged(tools, seen.compared);
    const step = nextTrainStep(tools.train(), base, tools.resolver, agents.away());
    if (step.kind === 'end') {
      if (await mayGrow(tools, { change, wasOver })) continue;
      tools.record({ type: 'train-ended' });
      return true;
    }
    await ahead.follow(base);
    if (step.kind === 'wait') {
      await tools.boarding?.rest();
      await Promise.race([agents.change(), ...(change === null ? [] : [change])]);
      continue;
    }
    const isUnderWay = step.kind === 'resolve' && step.car.resolve !== null;
    if (!isUnderWay && !seen.looked.has(step.car.task)) {
      await lookAtPull(tools, step.car);
      seen.looked.add(step.car.task);
    } else await take(tools, { step, base, seen, ahead, agents, change });
  }
}

/** Waits, with nothing left to merge, until more may have come; false when no more will. */
async function mayGrow(
  { boarding, stop }: TrainTools,
  { change, wasOver }: Pick<Taking, 'change'> & { readonly wasOver: boolean },
): Promise<boolean> {
  if (boarding === null || change === null) return false;
  await boarding.rest();
  // What came last may have come after the last look.
  if (wasOver && boarding.isOver()) return false;
  await Promise.race([change, whenAborted(stop)]);
  return true;
}

type Taking = {
  readonly step: StepOfCar;
  readonly base: string;
  readonly seen: Seen;
  readonly ahead: Ahead;
  readonly agents: AskedAgents;
  /** Resolves when more pull requests may join; null: none does. */
  readonly change: Promise<void> | null;
};

async function take(tools: TrainTools, taking: Taking): Promise<void> {
  const { step, base, seen, ahead, agents, change } = taking;
  const { car } = step;
  switch (step.kind) {
    case 'leave':
      return leave(tools, car, step.leave);
    case 'update':
      return update(tools, car, base);
    case 'check':
      return check(tools, { car, base, ahead, change });
    case 'resolve':
      return agents.ask(car.task, () => resolve(tools, step, { base, seen }));
    case 'push':
      return push(tools, car, seen);
    case 'merge':
      return mergeCar(tools, { car, base, seen });
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

async function check(
  tools: TrainTools,
  {
    car,
    base,
    ahead,
    change,
  }: Pick<Taking, 'base' | 'ahead' | 'change'> & {
    readonly car: CarState;
  },
): Promise<void> {
  const { repository, checksOn, record, stop } = tools;
  const { task, head } = car;
  const commits = { tasks: [task], head, base };
  const prefix = await readPrefix({ git: repository.git, checksOn }, commits);
  let answer: PrefixAnswer | null = findChecked(tools.train().trees, prefix);
  // Where it is checked ahead, the next step finds what came of it.
  if (answer === null && (await ahead.check(prefix, change))) return;
  answer ??= await checkPrefix(tools, prefix, stop);
  if (answer === null) return;
  const { tree, onto, by } = prefix;
  const { checks, flaky, redOnBase } = answer;
  record({
    ...{ type: 'update-checked', task, head, checks, flaky, redOnBase },
    prefix: { tree, onto, by },
  });
}

async function resolve(
  tools: TrainTools,
  { car, why }: Extract<TrainStep, { kind: 'resolve' }>,
  { base, seen }: Pick<Taking, 'base' | 'seen'>,
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
