import { join } from 'node:path';
import { gitDirectoryOf } from '../../git/repository.ts';
import { startMerge } from '../../git/work-tree.ts';
import type { AttemptState } from '../../model/state/task-state.ts';
import { noteBaseline } from '../../attempts/attempt-baseline.ts';
import { checkoutIndex } from '../../attempts/checkout-index.ts';
import { memberFor } from '../../services/fleet.ts';
import { ensureSetUp } from '../../orchestration/task/prepare-workspace.ts';
import { runAttempt } from '../../attempts/run-attempt.ts';
import { setupOf, type RunTools } from '../../services/run-tools.ts';
import type { TaskEnvironment } from '../../workspace/environment/task-environment.ts';
import { resolvePrompt } from './resolve-prompt.ts';
import { readOtherSides } from './resolve-sides.ts';
import type { Resolving } from './resolving.ts';

export type StartOrder = Resolving & {
  readonly environment: TaskEnvironment;
  /** The attempt before, which was cut short; left out when there was none. */
  readonly last: AttemptState | undefined;
};

/** Has the agent work until it ends: in a new workspace with the conflict in it, or where it was cut short. Gives why that cannot be. */
export async function startResolving(tools: RunTools, order: StartOrder): Promise<string | null> {
  const { task } = order.car;
  const goesOn = order.last?.result?.kind === 'stopped' && (await isStanding(tools, order));
  if (!goesOn) {
    const problem = await prepare(tools, order);
    if (problem !== null || tools.stop.now.aborted) return problem;
  } else await noteBaseline(tools, task);
  const sides = await readOtherSides(tools, order);
  const session = goesOn ? sessionOf(tools, task, order.last) : null;
  const prompt = resolvePrompt(tools, { ...order, sides, goesOn });
  const { workspace, environment } = order;
  await runAttempt(tools, {
    ordinal: task,
    why: 'resolve',
    ...{ prompt, session, workspace, environment },
  });
  return null;
}

/** A session belongs to the agent that opened it. */
function sessionOf(tools: RunTools, task: number, last: AttemptState | undefined): string | null {
  const { agent } = memberFor(tools.fleet, task, tools.record.task(task).attempts);
  return agent.capabilities.resumes && last?.agent === agent.name ? last.session : null;
}

function isStanding(tools: RunTools, { workspace }: StartOrder): Promise<boolean> {
  return tools.workspaces.exists(workspace);
}

/** Makes the workspace as the agent finds it: set up, and with the base merged in as far as git could. */
async function prepare(tools: RunTools, order: StartOrder): Promise<string | null> {
  const { workspaces, record } = tools;
  const { car, begun, workspace, environment } = order;
  const index = checkoutIndex(tools, car.task);
  await workspaces.create({ path: workspace, branch: car.branch, commit: begun.head, index });
  await tools.copyIgnored(workspace);
  if (setupOf(tools) !== null) {
    if (
      (await ensureSetUp(tools, car.task, {
        ...{ environment, mayBegin: () => true, onFailed: () => undefined },
      })) === 'not-now'
    )
      return null;
    const setup = record.task(car.task).workspace?.setup;
    if (setup?.state !== 'passed') return `the setup of its workspace failed: see ${setup?.log}`;
  }
  await noteBaseline(tools, car.task);
  return begun.why === 'conflict' ? beginMerge(tools, order) : null;
}

/** Leaves the merge with its conflicts in the workspace, by the same rules as when it was tried. */
async function beginMerge(
  { workspaces, identity, stop }: RunTools,
  { workspace, begun, train, car, git }: StartOrder,
): Promise<string | null> {
  const attributes = join(await gitDirectoryOf(git), 'info', 'attributes');
  const there = workspaces.git(workspace, { readable: [attributes], signal: stop.now });
  const message = `Merge ${train.branch} into ${car.branch}`;
  const end = await startMerge(there, { commit: begun.onto, message, identity, attributes });
  return end.kind === 'refused' ? `git could not begin the merge: ${end.why}` : null;
}
