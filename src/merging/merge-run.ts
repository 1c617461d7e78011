import { join } from 'node:path';
import type { Forge } from '../forge/forge.ts';
import type { MergeMethod } from '../git/combine-commits.ts';
import type { JournalEvent } from '../model/event/event.ts';
import type { TrainPlanned } from '../model/event/merge-event.ts';
import { isGreen, type CheckedTree } from '../model/merge/checked-tree.ts';
import { advanceTrain, foldTrain, type TrainState } from '../model/merge/train.ts';
import type { LeaveReason, TrainCar, TrainPolicy } from '../model/merge/train-car.ts';
import type { UnionVerdict } from '../model/merge/union.ts';
import type { Arrivals } from '../orchestration/go-on-to-merging.ts';
import { cleanUp } from '../orchestration/clean-up.ts';
import type { Services, RunServices } from '../services/run-services.ts';
import { whenAborted } from '../services/when-aborted.ts';
import { endMarked } from '../process/process-tree.ts';
import { isMarkedBelow } from '../workspace/environment/markers.ts';
import type { TaskState } from '../model/state/task-state.ts';
import type { MergedBefore } from '../trial/blame-conflict.ts';
import { concludeMerged } from '../orchestration/publish/conclude-merged.ts';
import { mergeAttributes } from '../trial/base-attributes.ts';
import { judgeUnion } from '../trial/judge-union.ts';
import { openMergeRepository, type MergeRepository } from '../git/merge-repository.ts';
import { orderTrain } from '../trial/order/plan-train.ts';
import { settleByRule, type SettleByRule } from '../trial/settle-by-rule.ts';
import { openScratchTree, shownRef, type ScratchTree } from '../trial/scratch-tree.ts';
import { isPassing } from '../model/forge-problem.ts';
import { redChecks } from '../orchestration/feedback/return-order.ts';
import { treeOf } from '../git/refs.ts';
import type { Git } from '../git/git.ts';
import { digestChecks, openCheckPlaces, type CheckPlaces } from './check-places.ts';
import { lastWork } from './last-work.ts';
import { openResolver, type ResolvingParams } from './resolve/resolver.ts';
import { findBranches } from './find-branches.ts';
import { openBoarding, type BoardingParams, type OpenBoarding } from './open-boarding.ts';
import { runTrain } from './train/run-train.ts';
import { openScratchChecks, shownIndex, type ScratchChecks } from './scratch-checks.ts';
import { answerReviewers } from './resolve/resolution-answer.ts';
import type { TrainTools } from './train/train-tools.ts';

/** What merging a run's pull requests needs. */
export type MergeRunParams = {
  readonly services: RunServices;
  readonly forge: Forge;
  /** All events of the run. */
  readonly events: () => readonly JournalEvent[];
  readonly method: MergeMethod;
  readonly policy: TrainPolicy;
  /** How many pull requests are checked side by side; 0: as many as the machine has room for. */
  readonly places: number;
  /** Whether agents are asked when git or the checks fail; left out: none is. */
  readonly resolving?: Omit<ResolvingParams, 'services'>;
  /** Where tasks become ready while others are merged; null: all that will be merged is there already. */
  readonly arrivals?: Arrivals | null;
  /** Gets what is about to be done; nothing is merged unless it agrees. */
  readonly mayGoOn: (plan: MergePlan) => Promise<boolean>;
};

/** What a train is going to do, before it does it. */
export type MergePlan = {
  readonly cars: readonly TrainCar[];
  /** Null where nobody judged them together: those that are merged as they become ready. */
  readonly verdict: UnionVerdict | null;
};

type JudgedPlan = MergePlan & { readonly verdict: UnionVerdict };

/** How merging came out. */
export type MergeRunEnd = 'nothing-to-merge' | 'declined' | 'stopped' | 'ended';

/** Where merging is tried and checked; all of it goes at the end. */
type Site = {
  readonly repository: MergeRepository;
  readonly scratch: ScratchTree;
  readonly checks: ScratchChecks;
  readonly settle: SettleByRule;
  readonly places: CheckPlaces['places'];
};

/**
 * Merges what a run has brought: judges the union, chooses the order, asks, and lets the train go. A train that an
 * earlier process left unfinished is brought to its end first. What follows from merges is done in the end.
 */
export async function mergeRun(params: MergeRunParams): Promise<MergeRunEnd> {
  const { services, forge } = params;
  forge.requireRight();
  const end = await mergeAll(params);
  if (end === 'declined' || services.clock.stop.drain.aborted) return end;
  const { record, state } = services.record;
  await concludeMerged({ state, record, forge });
  const merged = state().tasks.filter(({ status }) => status === 'merged');
  for (const { ordinal } of merged) await cleanUp(services, ordinal);
  return end;
}

async function mergeAll(params: MergeRunParams): Promise<MergeRunEnd> {
  const { services } = params;
  const { record, workspaces } = services;
  await endStrays(services);
  await using repository = await openMergeRepository({
    directory: join(workspaces.controlDirectory('base'), 'merge.git'),
    from: workspaces.clone.git,
    attributes: await mergeAttributes(workspaces.clone.git, record.state().base.sha),
  });
  const checks = openScratchChecks(services);
  await using scratch = openScratchTree({
    ...{ clone: workspaces.clone, workspaces, repository },
    directory: workspaces.workspacePath('base'),
    ref: shownRef(record.run),
    index: shownIndex(services),
  });
  const settle = settleByRule({
    repository,
    scratch,
    identity: workspaces.identity,
    runTool: checks.runTool,
  });
  await using ahead = await openCheckPlaces(services, repository, params.places);
  const site = { repository, scratch, checks, settle, places: ahead.places };
  const before = foldTrain(params.events());
  if (before !== null && !before.isEnded && !(await go(params, site))) return 'stopped';
  if (params.arrivals != null) {
    // What this start has just left is not tried again by it.
    const train = before?.isEnded === false ? () => foldTrain(params.events()) : () => null;
    return await mergeArrivals(params, { site, arrivals: params.arrivals, train });
  }
  const planned = await plan(params, site, leftSince(before, foldTrain(params.events())));
  if (planned === null) return before?.isEnded === false ? 'ended' : 'nothing-to-merge';
  if (services.clock.stop.drain.aborted) return 'stopped';
  const { cars, verdict } = planned;
  if (!(await params.mayGoOn(planned))) return 'declined';
  const known = await knownOfUnion(services, site.repository.git, verdict);
  recordTrain(params, { cars, culprits: verdict.culprits, known });
  return (await go(params, site)) ? 'ended' : 'stopped';
}

function recordTrain(
  params: MergeRunParams,
  planned: Pick<TrainPlanned, 'cars' | 'culprits' | 'known'>,
): void {
  const { record } = params.services.record;
  const { branch } = params.services.record.state().base;
  const { policy } = params;
  record({ type: 'train-planned', method: allowedMethod(params), policy, branch, ...planned });
}

/** Lets a train go with the first that arrive; those that come later join it. */
async function mergeArrivals(
  params: MergeRunParams,
  {
    site,
    arrivals,
    train,
  }: Pick<BoardingParams, 'arrivals' | 'train'> & {
    readonly site: Site;
  },
): Promise<MergeRunEnd> {
  const { services } = params;
  const { drain } = services.clock.stop;
  const boarding = boardingOf(params, { git: site.repository.git, arrivals, train });
  for (;;) {
    const change = arrivals.change();
    const isOver = arrivals.isOver();
    const cars = await boarding.find();
    if (drain.aborted) return 'stopped';
    if (cars.length > 0) {
      await params.mayGoOn({ cars, verdict: null });
      recordTrain(params, { cars, culprits: [], known: [] });
      return (await go(params, site)) ? 'ended' : 'stopped';
    }
    if (isOver) return 'nothing-to-merge';
    await Promise.race([change, whenAborted(drain)]);
  }
}

function boardingOf(
  { services, forge, mayGoOn }: MergeRunParams,
  from: Pick<BoardingParams, 'git' | 'arrivals' | 'train'>,
): OpenBoarding {
  const announce = (cars: readonly TrainCar[]): Promise<boolean> =>
    mayGoOn({ cars, verdict: null });
  return openBoarding({ services, forge, announce, ...from });
}

/** A green union has checked its tree for the train, too: that of its last pull request, when nothing is left out. */
async function knownOfUnion(
  services: Services<'record' | 'settings'>,
  git: Git,
  { tree, base, checks }: UnionVerdict,
): Promise<CheckedTree[]> {
  if (tree === undefined || checks.length === 0 || !isGreen({ checks })) return [];
  const by = await digestChecks(services, base);
  return [{ tree, onto: await treeOf(git, base), by, checks, flaky: [], redOnBase: [] }];
}

/** The way of merging that was asked for, or the first that the forge allows. */
function allowedMethod({ method, forge }: MergeRunParams): MergeMethod {
  const { mergeMethods } = forge.can;
  return mergeMethods.includes(method) ? method : (mergeMethods[0] ?? method);
}

/** Ends and forgets what a process that died over merging left behind: checks that still run, ports, folders. */
async function endStrays(services: Services<'workspaces'>): Promise<void> {
  const ours = services.workspaces.marker('base');
  await endMarked((marker) => isMarkedBelow(marker, ours), 2_000);
  await services.workspaces.discardEnvironments(['base']);
}

const lasting: ReadonlySet<LeaveReason> = new Set(['conflict', 'check-failed', 'needs']);

/** What the end of an earlier train has just left: trying it again at once would ask its agent for the same again. */
function leftSince(before: TrainState | null, after: TrainState | null): ReadonlySet<number> {
  const open = (before?.cars ?? []).filter(({ outcome }) => outcome === null);
  const left = (after?.cars ?? []).filter(
    ({ outcome }) => outcome?.kind === 'left' && lasting.has(outcome.reason),
  );
  const tasks = new Set(open.map(({ task }) => task));
  return new Set(left.flatMap(({ task }) => (tasks.has(task) ? [task] : [])));
}

/** The order of merging and what the union says; null when there is nothing to merge. */
async function plan(
  params: MergeRunParams,
  site: Site,
  without: ReadonlySet<number>,
): Promise<JudgedPlan | null> {
  const { services, forge } = params;
  const { record, clock, workspaces } = services;
  const state = record.state();
  const { git } = site.repository;
  const { base, branches: found } = await findBranches(services, { forge, git, aboard: [] });
  const branches = found.filter(({ task }) => !without.has(task));
  if (branches.length === 0) return null;
  const cars = await orderTrain(git, { base, branches });
  record.record({ type: 'union-begun', tasks: cars.map(({ task }) => task) });
  const verdict = await judgeUnion({
    ...{
      git,
      identity: workspaces.identity,
      base,
      branches: cars,
      scratch: site.scratch,
      signal: clock.stop.drain,
    },
    runChecks: site.checks.run,
    settle: site.settle,
    baseChecks: state.base.sha === base ? state.baseChecks : null,
  });
  record.record({ type: 'union-judged', verdict, cars });
  return { cars, verdict };
}

function mergedHead({ ordinal, status, pushedHead }: TaskState): MergedBefore[] {
  return status === 'merged' && pushedHead !== null ? [{ task: ordinal, head: pushedHead }] : [];
}

const nobody = { attempts: 0, fixes: () => 0, refusal: () => null };

function go(
  params: MergeRunParams,
  { repository, scratch, checks, settle, places }: Site,
): Promise<boolean> {
  const { services, forge } = params;
  const { record, workspaces, clock } = services;
  // A train that an earlier process left unfinished follows the options of this one.
  const asked = { policy: params.policy, method: allowedMethod(params) };
  let state = foldTrain(params.events());
  record.listen((event) => {
    state = advanceTrain(state, event);
  });
  const train = (): TrainState => {
    if (state === null) throw new Error(`Run ${record.run} has no train`);
    return { ...state, ...asked };
  };
  return runTrain({
    ...{
      run: record.run,
      record: record.record,
      train,
      forge,
      clone: workspaces.clone,
      repository,
      scratch,
      identity: workspaces.identity,
    },
    runChecks: checks.run,
    ...{ settle, places },
    checksOn: (onto) => digestChecks(services, onto),
    ...trainFeedback(services),
    lastWork: (task) => lastWork(params.events()).get(task) ?? null,
    mergedBefore: () => record.state().tasks.flatMap(mergedHead),
    resolver: openResolver({ services, ...(params.resolving ?? nobody) }),
    boarding:
      params.arrivals == null
        ? null
        : boardingOf(params, {
            git: repository.git,
            arrivals: params.arrivals,
            train: () => state,
          }),
    stop: clock.stop.drain,
  });
}

/** What a train hears from pull requests, and says on them. */
function trainFeedback({
  record,
  forge,
}: Services<'record' | 'forge'>): Pick<TrainTools, 'readRed' | 'tellReviewers'> {
  if (!forge.can.feedback) return { readRed: null, tellReviewers: null };
  return { readRed: redReader(forge), tellReviewers: answerReviewers(record, forge) };
}

/** The red checks with their logs, as far as those are available now. */
function redReader(forge: Forge): NonNullable<TrainTools['readRed']> {
  const readJobLog: Forge['readJobLog'] = async (log) => {
    try {
      return await forge.readJobLog(log);
    } catch (error) {
      if (isPassing(error)) return null;
      throw error;
    }
  };
  return (red) => redChecks({ readJobLog }, red);
}
