import type { AttemptState } from '../../model/state/task-state.ts';
import { budgetOf, spentOn } from '../../model/state/run-state.ts';
import type { CarResolve, CarState } from '../../model/merge/train.ts';
import { adoptAttempt } from '../../attempts/run-attempt.ts';
import type { Services } from '../../services/run-services.ts';
import { updateRef } from '../../git/refs.ts';
import type { Asking } from '../train/next-train-step.ts';
import type { Resolution, ResolveParams } from './resolving.ts';
import { judgeResolution } from './judge-resolution.ts';
import { startResolving } from './start-resolving.ts';

/** Asks the agents that made branches to bring them and the base together, each in the workspace of its task. */
export type Resolver = Asking & {
  /** Asks for one pull request, or takes up what was asked before; every step is in the journal. */
  readonly resolve: (params: ResolveParams) => Promise<Resolution>;
  /** Removes what asking left behind, once the result is written down. */
  readonly putAway: (car: CarState) => Promise<void>;
};

export type ResolvingParams = Asking & {
  /** Their fleet has the agents that made the branches. */
  readonly services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>;
};

/** Opens a resolver on a run's tools. */
export function openResolver(params: ResolvingParams): Resolver {
  const { services } = params;
  return {
    attempts: params.attempts,
    fixes: (task) => Math.max(0, params.fixes(task) - services.record.task(task).feedback.ciFixes),
    refusal: (task) => overBudget(services) ?? params.refusal(task),
    resolve: (asked) => resolve(services, asked),
    putAway: (car) => putAway(services, car),
  };
}

/** Work that only lacks its merge goes before new tasks. */
const mergePriority = -1;

function overBudget({ record }: Services<'record'>): string | null {
  const state = record.state();
  const [spent, budget] = [spentOn(state), budgetOf(state)];
  if (budget === null || spent < budget) return null;
  return `no agent was asked: the run has spent $${spent.toFixed(2)} of the $${budget.toFixed(2)} that it may spend`;
}

async function resolve(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  params: ResolveParams,
): Promise<Resolution> {
  const { record, clock } = services;
  const { task } = params.car;
  const begun = params.car.resolve ?? intend(services, params);
  const workspace = record.task(task).workspace?.path ?? services.workspaces.workspacePath(task);
  const resolving = { ...params, begun, workspace };
  const isStopping = (): boolean => clock.stop.drain.aborted || clock.stop.now.aborted;
  const environment = await services.workspaces.openEnvironment(task);
  try {
    for (;;) {
      const last = record.task(task).attempts.findLast(({ attempt }) => attempt >= begun.attempt);
      if (last?.result === null)
        await adoptAttempt(services, { ordinal: task, attempt: last, environment });
      else if (last === undefined || wasCutShort(last)) {
        if (isStopping()) return { kind: 'stopped' };
        const problem = await services.agents.places.agents(
          async () =>
            isStopping() ? null : startResolving(services, { ...resolving, environment, last }),
          { priority: mergePriority },
        );
        if (clock.stop.now.aborted) return { kind: 'stopped' };
        if (problem !== null) return { kind: 'failed', message: problem };
      } else return await judgeResolution(services, resolving, last);
    }
  } finally {
    await environment.close();
  }
}

function intend({ record }: Services<'record'>, { car, why, base }: ResolveParams): CarResolve {
  const { task } = car;
  const head = why === 'conflict' ? (car.conflict?.head ?? car.head) : car.head;
  const attempt = record.task(task).attempts.length + 1;
  const begun = { why, onto: base, head, attempt };
  record.record({ type: 'resolve-intended', task, ...begun });
  return begun;
}

/** Its end is not its own fault: the user stopped it, or we died before it began. */
function wasCutShort({ result, failure }: AttemptState): boolean {
  if (result?.kind === 'stopped') return result.why === 'interrupted';
  return result?.kind === 'not-started' && failure === null;
}

async function putAway(
  services: Services<'record' | 'workspaces'>,
  { task, branch, head }: CarState,
): Promise<void> {
  const { record, workspaces } = services;
  const path = record.task(task).workspace?.path ?? workspaces.workspacePath(task);
  if (!(await workspaces.exists(path))) return;
  const salvage = await workspaces.remove({
    path,
    safe: { commit: head, ref: branch },
    salvageAs: `${record.run}/${task}`,
    artefacts: new Set(record.state().artefacts),
  });
  await workspaces.forgetSandbox(task);
  // An agent's rejected changes to the branch are in the salvage.
  if (salvage.ok)
    await workspaces.clone.exclusively(() =>
      updateRef(workspaces.clone.git, `refs/heads/${branch}`, head),
    );
}
