import { join } from 'node:path';
import type { CheckResult } from '../../model/failure/failure.ts';
import { originalName } from '../../model/original-check.ts';
import type { Check } from '../../verification/check.ts';
import { putBackChecks } from '../../verification/put-back.ts';
import { runCheck } from '../../verification/run-check.ts';
import { setupOf } from '../../services/planned-task.ts';
import { baseMarker, shellIn, type BaseRoom, type Room } from '../../services/run-workspaces.ts';
import type { Services } from '../../services/run-services.ts';
import { deleteRef, updateRef } from '../../git/refs.ts';

export type OriginalParams = {
  /** Whose work it is, and whose control directory gets the logs. */
  readonly task: number | BaseRoom;
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
  services: Services<'record' | 'workspaces' | 'agents' | 'settings'>,
  params: OriginalParams,
): Promise<readonly CheckResult[]> {
  const { settings, record, workspaces } = services;
  if (settings.original === null || record.state().settings.areCheckChangesAccepted === true)
    return [];
  const ground = await settings.original.groundAt(params.base);
  const wanted = settings.original.checks.filter(
    ({ name }) => params.only === null || params.only.has(originalName(name)),
  );
  if (ground === null || wanted.length === 0 || params.signal.aborted) return [];
  const { first } = settings.original;
  const commit = await putBackChecks({
    ...{
      git: workspaces.clone.git,
      identity: workspaces.identity,
      commit: params.commit,
      first,
      ground,
    },
  });
  const path = `${workspaces.workspacePath(params.room)}-original`;
  const ref = `refs/flotilla/original/${record.run}/${params.task}`;
  await updateRef(workspaces.clone.git, ref, commit);
  await workspaces.discard(path);
  await workspaces.create({ path, branch: null, commit });
  try {
    await workspaces.copyIgnored(path);
    return await runAll(services, { ...params, path, wanted });
  } finally {
    await workspaces.discard(path);
    await deleteRef(workspaces.clone.git, ref);
  }
}

type Running = OriginalParams & { readonly path: string; readonly wanted: readonly Check[] };

async function runAll(
  services: Services<'record' | 'workspaces' | 'agents' | 'settings'>,
  params: Running,
): Promise<CheckResult[]> {
  const setupCommand = setupOf(services);
  if (setupCommand !== null) {
    const setup = await runOne(services, params, { name: 'setup', command: setupCommand });
    if (params.signal.aborted) return [];
    if (setup.state !== 'passed') return [{ ...setup, name: originalName('setup') }];
  }
  const results: CheckResult[] = [];
  for (const { name, command } of params.wanted) {
    const result = await runOne(services, params, { name: originalName(name), command });
    if (params.signal.aborted) return [];
    results.push(result);
  }
  return results;
}

async function runOne(
  services: Services<'record' | 'workspaces' | 'agents' | 'settings'>,
  params: Running,
  { name, command }: { readonly name: string; readonly command: string },
): Promise<CheckResult> {
  const { task, room, path, environment, signal } = params;
  const variables = await environment();
  const since = services.settings.original?.first.slice(0, 9) ?? '';
  const file = `original-${name.replaceAll(/\W+/gu, '-').slice(0, 40)}.log`;
  const work = async (): Promise<CheckResult> =>
    runCheck({
      name,
      command: services.settings.setup === command ? command : `${command} (as it was at ${since})`,
      argv: await shellIn(services.workspaces, { room, workspace: path, command }),
      cwd: path,
      env: variables,
      timeLimitSeconds: services.record.state().settings.checkTimeoutSeconds,
      log: join(services.workspaces.controlDirectory(task), params.logs, file),
      marker: services.workspaces.marker(
        ...(typeof task === 'number' ? [task] : baseMarker(task)),
        'check',
      ),
      secrets: services.settings.secretForms,
      signal,
    });
  return services.agents.places.checks(work, { signal });
}
