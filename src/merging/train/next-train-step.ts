import { listed } from '../../model/text/listed.ts';
import { acceptAdvice, isOriginalName } from '../../model/original-check.ts';
import type { CarConflict, CarState, ForgeRed, TrainState } from '../../model/merge/train.ts';
import type { LeaveReason, ResolveReason } from '../../model/merge/train-car.ts';
import { staleWords } from '../approval.ts';

/** What to do next for a train. */
export type TrainStep =
  | { readonly kind: 'leave'; readonly car: CarState; readonly leave: Leave }
  | { readonly kind: 'update'; readonly car: CarState }
  | { readonly kind: 'check'; readonly car: CarState }
  /** The agent that made the branch is asked to bring it and the base together; or it was, and is waited for. */
  | { readonly kind: 'resolve'; readonly car: CarState; readonly why: ResolveReason }
  | { readonly kind: 'push'; readonly car: CarState }
  | { readonly kind: 'merge'; readonly car: CarState }
  /** All that is left needs an agent that is at work. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'end' };

/** What to do next for one of its pull requests. */
export type StepOfCar = Exclude<TrainStep, { readonly kind: 'wait' | 'end' }>;

/** Why a pull request is left. */
export type Leave = {
  readonly reason: LeaveReason;
  readonly message: string;
  readonly with: readonly number[];
  readonly files: readonly string[];
};

/** Who can help a train. */
export type Asking = {
  /** How often for one pull request that does not work with the base. */
  readonly attempts: number;
  /** How often for one that is red on the forge. */
  readonly fixes: (task: number) => number;
  /** Why a task's agent cannot be asked; null when it can. */
  readonly refusal: (task: number) => string | null;
};

/** A base that moves this often while one pull request is checked will do so again. */
const mostUpdates = 5;

/**
 * Decides from what the journal knows and where the base is, so that a train continues at the same place no matter who asks. For
 * each car in turn, except those whose agents are at work (`away`), and what needs these:
 *
 *   update ─▶ check ─▶ push ─▶ merge          (the base moved: from the beginning)
 *    │  ▲      │ ▲               │
 *    ▼  │      ▼ │               ▼
 *   resolve ─────┴────────── red on the forge      its agent, asked a few times at most
 *      └─────────────────────────┴──▶ left         (and all that need it)
 */
export function nextTrainStep(
  train: TrainState,
  base: string,
  asking: Asking,
  away: ReadonlySet<number> = new Set(),
): TrainStep {
  const open = train.cars.filter(({ outcome }) => outcome === null);
  if (open.length === 0) return { kind: 'end' };
  const isOpen = (task: number): boolean => open.some((one) => one.task === task);
  for (const car of open) {
    if (away.has(car.task) || (away.size > 0 && car.after.some(isOpen))) continue;
    const step = stepOf(train, car, { base, asking });
    // The same files again: what comes of the first shows whether there is still something to ask.
    if (step.kind === 'resolve' && isInTheWay(car, open, away)) continue;
    return step;
  }
  return { kind: 'wait' };
}

/** Whether an agent is at work on a conflict in a file that this one conflicts in, too. */
function isInTheWay(
  { conflict }: CarState,
  open: readonly CarState[],
  away: ReadonlySet<number>,
): boolean {
  const paths = new Set(conflict?.files.map(({ path }) => path));
  return open.some(
    (other) =>
      away.has(other.task) && other.conflict?.files.some(({ path }) => paths.has(path)) === true,
  );
}

function stepOf(
  train: TrainState,
  car: CarState,
  { base, asking }: { readonly base: string; readonly asking: Asking },
): StepOfCar {
  // First what runs: an agent may be at work.
  if (car.resolve !== null) return { kind: 'resolve', car, why: car.resolve.why };
  const isMerged = (task: number): boolean =>
    train.cars.some((one) => one.task === task && one.outcome?.kind === 'merged');
  const missing = car.after.filter((task) => !isMerged(task));
  if (missing.length > 0) return { kind: 'leave', car, leave: needs(missing) };
  if (car.onto !== base) {
    if (car.conflict?.onto === base)
      return askOrLeave(car, { why: 'conflict', leave: conflicting(car.conflict), asking });
    return car.updates < mostUpdates
      ? { kind: 'update', car }
      : { kind: 'leave', car, leave: restless };
  }
  if (car.checked !== car.head) {
    const red = car.checks.filter(({ state }) => state !== 'passed');
    if (red.length === 0) return { kind: 'check', car };
    const leave = failed(train, car);
    // Its agent cannot fix what is red without the branch.
    if (red.every(({ name }) => car.redOnBase.includes(name))) return { kind: 'leave', car, leave };
    return askOrLeave(car, { why: 'checks', leave, asking });
  }
  if (car.pushed !== car.head) return { kind: 'push', car };
  if (car.forgeRed?.head === car.head)
    return askOrLeave(car, { why: 'forge-checks', leave: redOnForge(car.forgeRed), asking });
  return mergeOrWait(train, car);
}

/** The approval does not cover what an agent changed afterwards. */
export function isApprovalStale(
  { policy }: Pick<TrainState, 'policy'>,
  { resolution }: CarState,
): boolean {
  return policy === 'approved' && resolution !== null;
}

function mergeOrWait(train: TrainState, car: CarState): StepOfCar {
  if (!isApprovalStale(train, car)) return { kind: 'merge', car };
  const message = `it was ${staleWords}; it is pushed and green: look at it and approve it again`;
  return { kind: 'leave', car, leave: { reason: 'not-approved', message, with: [], files: [] } };
}

type Trouble = { readonly why: ResolveReason; readonly leave: Leave; readonly asking: Asking };

function askOrLeave(car: CarState, { why, leave, asking }: Trouble): StepOfCar {
  if (willAsk(car, why, asking)) return { kind: 'resolve', car, why };
  const most = mostAsked(car, why, asking);
  const refusal = most === 0 ? null : asking.refusal(car.task);
  const tried = triedWords(car) ?? refusal;
  const message = tried === null ? leave.message : `${leave.message}; ${tried}`;
  return { kind: 'leave', car, leave: { ...leave, message } };
}

function mostAsked({ task }: CarState, why: ResolveReason, asking: Asking): number {
  return why === 'forge-checks' ? asking.fixes(task) : asking.attempts;
}

/** Whether an agent is asked about such trouble with a pull request, before it is left. */
export function willAsk(car: CarState, why: ResolveReason, asking: Asking): boolean {
  const isOnForge = why === 'forge-checks';
  // What an agent could not fix on the forge may have no cause in the code: it is not asked again.
  if (isOnForge && car.resolveFailure !== null) return false;
  const asked = isOnForge ? car.fixes : car.resolves;
  return asked < mostAsked(car, why, asking) && asking.refusal(car.task) === null;
}

/** What came of asking; null when nobody was asked. */
function triedWords({ resolveFailure, resolution }: CarState): string | null {
  if (resolveFailure !== null)
    return `its agent was asked to fix that, without success: ${resolveFailure.replace(/\.$/u, '')}`;
  return resolution === null ? null : 'this is so with the changes of its agent';
}

function conflicting({ files, with: others }: CarConflict): Leave {
  const paths = files.map(({ path }) => path);
  const tasks = `${others.length === 1 ? 'task' : 'tasks'} ${listed(others)}`;
  const whom = others.length === 0 ? 'the base' : tasks;
  const where = paths.length === 0 ? '' : ` in ${paths.join(', ')}`;
  const message = `it conflicts with ${whom}${where}`;
  return { reason: 'conflict', message, with: others, files: paths };
}

function redOnForge({ remarks }: ForgeRed): Leave {
  const names = remarks.flatMap((remark) => (remark.kind === 'check' ? [remark.name] : []));
  const message = `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} red on it`;
  return { reason: 'check-failed', message, with: [], files: [] };
}

const restless: Leave = {
  reason: 'base-moved',
  message: `the base moved ${mostUpdates} times while it was checked`,
  with: [],
  files: [],
};

function needs(tasks: readonly number[]): Leave {
  const message = `it needs task ${tasks.join(', ')}, which ${tasks.length === 1 ? 'is' : 'are'} not merged`;
  return { reason: 'needs', message, with: tasks, files: [] };
}

/** It was green by itself: what it conflicts with is among those that were merged before it. */
function failed(train: TrainState, { checks, task, redOnBase }: CarState): Leave {
  const red = checks.filter(({ state }) => state !== 'passed').map(({ name }) => name);
  if (red.every((name) => redOnBase.includes(name))) {
    const message = `${red.join(', ')} ${red.length === 1 ? 'fails' : 'fail'} on the base alone, without it${advised(red)}`;
    return { reason: 'check-failed', message, with: [], files: [] };
  }
  const { known, others } = suspects(train, task);
  const verb = red.length === 1 ? 'fails' : 'fail';
  const whom = known.length > 0 ? ` together with task ${others.join(', ')}` : '';
  const message = `${red.join(', ')} ${verb} with the current base merged in${whom}${advised(red)}`;
  return { reason: 'check-failed', message, with: others, files: [] };
}

/** What was merged before may have changed a check on purpose. */
function advised(red: readonly string[]): string {
  return red.every(isOriginalName) ? `: ${acceptAdvice}` : '';
}

/** Those that a task is known to be red with; without any, all that were merged before it. */
export function suspects(
  { cars, culprits }: TrainState,
  task: number,
): { readonly known: readonly number[]; readonly others: readonly number[] } {
  const merged = cars.filter(({ outcome }) => outcome?.kind === 'merged').map((car) => car.task);
  const sets = culprits
    .filter((set) => set.includes(task))
    .map((set) => set.filter((other) => other !== task))
    .filter((others) => others.length > 0 && others.every((other) => merged.includes(other)));
  const known = [...new Set(sets.flat())];
  return { known, others: known.length > 0 ? known : merged };
}
