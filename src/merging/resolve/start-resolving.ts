import { join } from 'node:path';
import { gitDirectoryOf } from '../../git/repository.ts';
import { startMerge } from '../../git/work-tree.ts';
import type { AttemptState } from '../../model/state/task-state.ts';
import { noteBaseline } from '../../attempts/attempt-baseline.ts';
import { checkoutIndex } from '../../attempts/checkout-index.ts';
import { memberFor } from '../../services/fleet.ts';
import { ensureSetUp } from '../../orchestration/task/prepare-workspace.ts';
import { runAttempt } from '../../attempts/run-attempt.ts';
import { setupOf } from '../../services/planned-task.ts';
import type { Services } from '../../services/run-services.ts';
import type { TaskEnvironment } from '../../workspace/environment/task-environment.ts';
import { resolvePrompt } from './resolve-prompt.ts';
import { readOtherSides } from './resolve-sides.ts';
import type { Resolving } from './resolving.ts';

export type StartParams = Resolving & {
  readonly environment: TaskEnvironment;
  /** The attempt before, which was cut short; left out when there was none. */
  readonly last: AttemptState | undefined;
};

/** Has the agent work until it ends: in a new workspace with the conflict in it, or where it was cut short. Gives why that cannot be. */
export async function startResolving(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  params: StartParams,
): Promise<string | null> {
  const { task } = params.car;
  const goesOn = params.last?.result?.kind === 'stopped' && (await isStanding(services, params));
  if (!goesOn) {
    const problem = await prepare(services, params);
    if (problem !== null || services.clock.stop.now.aborted) return problem;
  } else await noteBaseline(services, task);
  const sides = await readOtherSides(services, params);
  const session = goesOn ? sessionOf(services, task, params.last) : null;
  const prompt = resolvePrompt(services, { ...params, sides, goesOn });
  const { workspace, environment } = params;
  await runAttempt(services, {
    ordinal: task,
    why: 'resolve',
    ...{ prompt, session, workspace, environment },
  });
  return null;
}

/** A session belongs to the agent that opened it. */
function sessionOf(
  services: Services<'record' | 'agents'>,
  task: number,
  last: AttemptState | undefined,
): string | null {
  const { agent } = memberFor(services.agents.fleet, task, services.record.task(task).attempts);
  return agent.capabilities.resumes && last?.agent === agent.name ? last.session : null;
}

function isStanding(
  services: Services<'workspaces'>,
  { workspace }: StartParams,
): Promise<boolean> {
  return services.workspaces.exists(workspace);
}

/** Makes the workspace as the agent finds it: set up, and with the base merged in as far as git could. */
async function prepare(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  params: StartParams,
): Promise<string | null> {
  const { workspaces, record } = services;
  const { car, begun, workspace, environment } = params;
  const index = checkoutIndex(services, car.task);
  await workspaces.create({ path: workspace, branch: car.branch, commit: begun.head, index });
  await workspaces.copyIgnored(workspace);
  if (setupOf(services) !== null) {
    if (
      (await ensureSetUp(services, car.task, {
        ...{ environment, mayBegin: () => true, onFailed: () => undefined },
      })) === 'not-now'
    )
      return null;
    const setup = record.task(car.task).workspace?.setup;
    if (setup?.state !== 'passed') return `the setup of its workspace failed: see ${setup?.log}`;
  }
  await noteBaseline(services, car.task);
  return begun.why === 'conflict' ? beginMerge(services, params) : null;
}

/** Leaves the merge with its conflicts in the workspace, by the same rules as when it was tried. */
async function beginMerge(
  { workspaces, clock }: Services<'workspaces' | 'clock'>,
  { workspace, begun, train, car, git }: StartParams,
): Promise<string | null> {
  const attributes = join(await gitDirectoryOf(git), 'info', 'attributes');
  const there = workspaces.git(workspace, { readable: [attributes], signal: clock.stop.now });
  const message = `Merge ${train.branch} into ${car.branch}`;
  const end = await startMerge(there, {
    commit: begun.onto,
    message,
    identity: workspaces.identity,
    attributes,
  });
  return end.kind === 'refused' ? `git could not begin the merge: ${end.why}` : null;
}
