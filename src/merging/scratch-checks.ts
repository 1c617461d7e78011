import { join } from 'node:path';
import type { CheckResult } from '../model/failure/failure.ts';
import { runOriginalChecks } from '../orchestration/verify/run-original-checks.ts';
import { setupOf } from '../services/planned-task.ts';
import { baseMarker, baseRoom, shellIn, type BaseRoom } from '../services/run-workspaces.ts';
import type { Services } from '../services/run-services.ts';
import { restoreTracked } from '../orchestration/verify/restore-tracked.ts';
import { checkOnBranch } from '../verification/check.ts';
import { runCheck } from '../verification/run-check.ts';
import type { TaskEnvironment } from '../workspace/environment/task-environment.ts';
import type { RunChecks } from '../trial/judge-union.ts';
import { shownRef } from '../trial/scratch-tree.ts';
import type { RunTool } from '../trial/settle-by-rule.ts';
import { findFileAt } from '../git/objects.ts';
import { findRevision, resolveRevision } from '../git/refs.ts';

/** Runs setup and checks in a scratch tree, as a run does in a workspace. */
export type ScratchChecks = {
  readonly run: RunChecks;
  /** Runs a tool of the project's there. */
  readonly runTool: RunTool;
};

/**
 * Opens the place where the run's base was checked, or another like it: its environment, its sandbox, its log files. The
 * first is 1.
 */
export function openScratchChecks(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  place = 1,
): ScratchChecks {
  const room = baseRoom(place);
  let count = 0;
  const restore = (workspace: string): Promise<string[]> =>
    restoreTracked(services, {
      workspace,
      index: shownIndex(services, place),
      signal: services.clock.stop.now,
    });
  const run: RunChecks = async (directory, only, { base, signal: given } = {}) => {
    const { now } = services.clock.stop;
    const signal = given === undefined ? now : AbortSignal.any([now, given]);
    const there = { room, signal };
    await using environment = await openRoom(services, room);
    await services.workspaces.copyIgnored(directory);
    const { variables } = environment;
    const results: CheckResult[] = [];
    for (const { name, command } of await commandsFor(services, { only, place })) {
      // What is checked is what is merged, also after a setup or a check that changed the tree's own files.
      if (results.length > 0) await restore(directory);
      count += 1;
      const log = join(
        services.workspaces.controlDirectory(room),
        `merge-${count}-${name.replaceAll(/\W+/gu, '-').slice(0, 40)}.log`,
      );
      const argv = await shellIn(services.workspaces, {
        room,
        workspace: directory,
        command,
      });
      const params = { ...there, name, command, directory, variables, log };
      const result = await runOne(services, params, argv);
      if (signal.aborted) return results;
      results.push(result);
      // Without its setup, nothing can be said.
      if (name === setupName && result.state !== 'passed') return results;
    }
    const original = { ...there, base: base ?? null, place, only, variables };
    results.push(...(await originalResults(services, original)));
    return results.filter(({ name }) => name !== setupName);
  };
  const runTool: RunTool = async ({ directory, folder, command }) => {
    await using environment = await openRoom(services, room);
    count += 1;
    const log = join(services.workspaces.controlDirectory(room), `merge-${count}-tool.log`);
    const { variables } = environment;
    // The folder's name is a word of its own: no shell reads it.
    const argv = ['/bin/sh', '-c', `cd -- "$1" && ${command}`, 'sh', folder] as const;
    const entered = await services.workspaces.enter({
      room,
      workspace: directory,
      argv: [...argv],
    });
    const name = 'made again by rule';
    const signal = services.clock.stop.now;
    const params = { room, signal, name, command, directory, variables, log };
    return (await runOne(services, params, entered)).state === 'passed';
  };
  return { run, runTool };
}

type OpenRoom = AsyncDisposable & Pick<TaskEnvironment, 'variables'>;

/** The room of the base, as new: what the code of one branch left in its home plays no part in the checks of another. */
async function openRoom(services: Services<'workspaces'>, room: BaseRoom): Promise<OpenRoom> {
  await services.workspaces.forgetSandbox(room);
  const { variables, close } = await services.workspaces.openEnvironment(room);
  return {
    variables,
    [Symbol.asyncDispose]: async () => {
      await close();
      await services.workspaces.forgetSandbox(room);
    },
  };
}

/** Where the index of the scratch tree is kept as it was when its files were checked out. */
export function shownIndex({ workspaces }: Services<'workspaces'>, place = 1): string {
  return join(workspaces.controlDirectory(baseRoom(place)), 'union.index');
}

/** Where something runs, and what ends it. */
type There = { readonly room: BaseRoom; readonly signal: AbortSignal };

const setupName = 'setup';

/** The setup, and the checks as the base defines them. */
async function commandsFor(
  services: Services<'record' | 'workspaces' | 'settings'>,
  { only, place }: { readonly only: ReadonlySet<string> | null; readonly place: number },
): Promise<{ readonly name: string; readonly command: string }[]> {
  const shown = shownRef(services.record.run, place);
  const readBranch = (path: string): Promise<string | null> =>
    findFileAt(services.workspaces.clone.git, shown, path);
  const wanted = services.settings.checks.filter(
    ({ name }) => only === null || only.has(name) || only.has(setupName),
  );
  const checks = wanted.map(async (check) => {
    const { command } = await checkOnBranch(check, readBranch);
    return { name: check.name, command };
  });
  const command = setupOf(services);
  const setup = command === null ? [] : [{ name: setupName, command }];
  return [...setup, ...(await Promise.all(checks))];
}

/** By the checks that the run began with, where what is merged by now changes them. */
async function originalResults(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  params: There & {
    readonly place: number;
    readonly base: string | null;
    readonly only: ReadonlySet<string> | null;
    readonly variables: Readonly<Record<string, string>>;
  },
): Promise<readonly CheckResult[]> {
  const { room, signal, place, only, variables } = params;
  const { base } = services.record.state();
  const { git } = services.workspaces.clone;
  const shown = await resolveRevision(git, shownRef(services.record.run, place));
  const now = params.base ?? (await findRevision(git, `refs/flotilla/base/${base.branch}`));
  return runOriginalChecks(services, {
    ...{ task: room, room, commit: shown, only, logs: '' },
    environment: () => Promise.resolve(variables),
    base: now ?? base.sha,
    signal,
  });
}

async function runOne(
  services: Services<'record' | 'workspaces' | 'clock' | 'settings'>,
  params: There & {
    readonly name: string;
    readonly command: string;
    readonly directory: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly log: string;
  },
  argv: readonly [string, ...string[]],
): Promise<CheckResult> {
  const { room, signal, name, command, directory, variables, log } = params;
  return runCheck({
    name,
    command,
    argv,
    cwd: directory,
    env: variables,
    timeLimitSeconds: services.record.state().settings.checkTimeoutSeconds,
    log,
    marker: services.workspaces.marker(...baseMarker(room)),
    secrets: services.settings.secretForms,
    signal,
  });
}
