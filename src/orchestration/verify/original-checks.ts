import { join } from 'node:path';
import type { CheckResult } from '../../model/failure/failure.ts';
import { originalName } from '../../model/original-check.ts';
import type { Check } from '../../verification/check.ts';
import { putBackChecks } from '../../verification/put-back.ts';
import { runCheck } from '../../verification/run-check.ts';
import { setupOf, shellIn, type Room, type RunTools } from '../../services/run-tools.ts';
import { deleteRef, updateRef } from '../../git/refs.ts';

export type OriginalOrder = {
  /** Whose work it is, and whose control directory gets the logs. */
  readonly task: number | 'base';
  readonly room: Room;
  /** The work: a commit that our clone has. */
  readonly commit: string;
  /** The base as it is now, with what was merged. */
  readonly base: string;
  /** That of the room; it is opened when something is to run. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  /** The folder of the control directory that gets the logs. */
  readonly logs: string;
  /** Only checks of these names; null: all. */
  readonly only: ReadonlySet<string> | null;
  readonly signal: AbortSignal;
};

/**
 * Where what was merged changes the checks, runs them on a commit's work as they were when the run began: in a tree of
 * its own, with their files put back. Gives no results where nothing was changed, or the user has agreed to it.
 */
export async function runOriginalChecks(
  tools: RunTools,
  order: OriginalOrder,
): Promise<readonly CheckResult[]> {
  const { original, record, workspaces, clone, identity } = tools;
  if (original === null || record.state().settings.areCheckChangesAccepted === true) return [];
  const ground = await original.groundAt(order.base);
  const wanted = original.checks.filter(
    ({ name }) => order.only === null || order.only.has(originalName(name)),
  );
  if (ground === null || wanted.length === 0 || order.signal.aborted) return [];
  const { first } = original;
  const commit = await putBackChecks({
    ...{ git: clone.git, identity, commit: order.commit, first, ground },
  });
  const path = `${tools.workspacePath(order.room)}-original`;
  const ref = `refs/flotilla/original/${record.run}/${order.task}`;
  await updateRef(clone.git, ref, commit);
  await workspaces.discard(path);
  await workspaces.create({ path, branch: null, commit });
  try {
    await tools.copyIgnored(path);
    return await runAll(tools, { ...order, path, wanted });
  } finally {
    await workspaces.discard(path);
    await deleteRef(clone.git, ref);
  }
}

type Running = OriginalOrder & { readonly path: string; readonly wanted: readonly Check[] };

async function runAll(tools: RunTools, order: Running): Promise<CheckResult[]> {
  const setupCommand = setupOf(tools);
  if (setupCommand !== null) {
    const setup = await runOne(tools, order, { name: 'setup', command: setupCommand });
    if (order.signal.aborted) return [];
    if (setup.state !== 'passed') return [{ ...setup, name: originalName('setup') }];
  }
  const results: CheckResult[] = [];
  for (const { name, command } of order.wanted) {
    const result = await runOne(tools, order, { name: originalName(name), command });
    if (order.signal.aborted) return [];
    results.push(result);
  }
  return results;
}

async function runOne(
  tools: RunTools,
  order: Running,
  { name, command }: { readonly name: string; readonly command: string },
): Promise<CheckResult> {
  const { task, room, path, environment, signal } = order;
  const variables = await environment();
  const since = tools.original?.first.slice(0, 9) ?? '';
  const file = `original-${name.replaceAll(/\W+/gu, '-').slice(0, 40)}.log`;
  const work = async (): Promise<CheckResult> =>
    runCheck({
      name,
      command: tools.setup === command ? command : `${command} (as it was at ${since})`,
      argv: await shellIn(tools, { room, workspace: path, command }),
      cwd: path,
      env: variables,
      timeLimitSeconds: tools.record.state().settings.checkTimeoutSeconds,
      log: join(tools.controlDirectory(task), order.logs, file),
      marker: tools.marker(task, 'check'),
      secrets: tools.secretForms,
      signal,
    });
  return tools.places.checks(work, { signal });
}
