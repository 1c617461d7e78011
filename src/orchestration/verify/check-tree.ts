import { join } from 'node:path';
import type { CheckResult } from '../../model/failure/failure.ts';
import { codesInNote } from '../../verification/code-in-note.ts';
import { withCoverage } from '../../verification/coverage/with-coverage.ts';
import { runCheck } from '../../verification/run-check.ts';
import type { TaskEnvironment } from '../../workspace/environment/task-environment.ts';
import { checkRoom, shellIn } from '../../services/run-workspaces.ts';
import { setupOf } from '../../services/planned-task.ts';
import type { Services } from '../../services/run-services.ts';
import { restoreTracked } from './restore-tracked.ts';

/** A fresh checkout of one commit, in which its checks run: nothing that an agent left outside its commits is there. */
export type CheckTree = AsyncDisposable & {
  /**
   * Runs a check on the commit's own files; the setup runs before the first, and if it fails, that is the result.
   * Null: it was cut short.
   */
  readonly run: (check: CheckToRun) => Promise<CheckResult | null>;
  /** The environment of the room in which the checks run. */
  readonly variables: () => Promise<TaskEnvironment['variables']>;
  /** What a reviewer should know of how the checks ran. */
  readonly notes: () => readonly string[];
};

export type CheckToRun = { readonly name: string; readonly command: string };

export type CheckTreeOptions = {
  readonly ordinal: number;
  readonly attempt: number;
  /** Where the agent worked: paths that checks print are shown as if they had run there. */
  readonly workspace: string;
  /** A commit of our clone. */
  readonly head: string;
  readonly signal: AbortSignal;
};

/** Opens a check tree; it is made for the first check, and is removed with all that ran there. */
export function openCheckTree(
  services: Services<'record' | 'workspaces' | 'agents' | 'settings'>,
  options: CheckTreeOptions,
): CheckTree {
  const { ordinal, signal } = options;
  const room = checkRoom(ordinal);
  const path = services.workspaces.workspacePath(room);
  const index = join(services.workspaces.controlDirectory(ordinal), 'check.index');
  const restored = new Set<string>();
  let environment: TaskEnvironment | null = null;
  let isMade = false;
  let count = 0;

  const variables = async (): Promise<TaskEnvironment['variables']> => {
    if (environment === null) await services.workspaces.forgetSandbox(room);
    environment ??= await services.workspaces.openEnvironment(room);
    return environment.variables;
  };

  const make = async (): Promise<void> => {
    isMade = true;
    await services.workspaces.discard(path);
    await services.workspaces.create({ path, branch: null, commit: options.head, index });
    await services.workspaces.copyIgnored(path);
  };

  const restore = async (): Promise<void> => {
    const files = await restoreTracked(services, { workspace: path, index, signal });
    for (const file of files) restored.add(file);
  };

  const runHere = async (check: CheckToRun): Promise<CheckResult | null> => {
    const running = { ...options, ...check, path, variables: await variables() };
    const result = await services.agents.places.checks(() => runOne(services, running, count), {
      signal,
    });
    count += 1;
    return signal.aborted ? null : result;
  };

  const run = async (check: CheckToRun): Promise<CheckResult | null> => {
    if (!isMade) {
      await make();
      const command = setupOf(services);
      const setup = command === null ? null : { name: 'setup', command };
      const result = setup === null ? null : await runHere(setup);
      if (setup !== null && result?.state !== 'passed') return result;
    }
    if (count > 0) await restore();
    if (!asksForCoverage(services, ordinal)) return runHere(check);
    return withCoverage(path, () => runHere(check));
  };

  return {
    run,
    variables,
    notes: () => describeRestored([...restored]),
    [Symbol.asyncDispose]: async () => {
      await environment?.close();
      await services.workspaces.discard(path);
      await services.workspaces.forgetSandbox(room);
    },
  };
}

/** Looking for reports takes time, and nobody reads what no criterion asks for. */
function asksForCoverage({ record }: Services<'record'>, ordinal: number): boolean {
  const { plan } = record.state();
  const own = plan?.tasks.find((task) => task.ordinal === ordinal)?.acceptance ?? [];
  return [...own, ...(plan?.acceptance ?? [])].some((text) => /\bcover/iu.test(text));
}

function describeRestored(files: readonly string[]): string[] {
  if (files.length === 0) return [];
  return [
    `Setup or checks change ${codesInNote(files)}, which the base's do not; the checks ran on what is committed.`,
  ];
}

type Running = CheckTreeOptions &
  CheckToRun & { readonly path: string; readonly variables: Readonly<Record<string, string>> };

async function runOne(
  services: Services<'record' | 'workspaces' | 'settings'>,
  { ordinal, attempt, workspace, path, name, command, variables, signal }: Running,
  index: number,
): Promise<CheckResult> {
  const directory = attempt === 0 ? 'as-found' : `attempt-${attempt}`;
  const number = services.settings.setup === null ? index + 1 : index;
  const result = await runCheck({
    ...{ name, command, signal },
    argv: await shellIn(services.workspaces, {
      room: checkRoom(ordinal),
      workspace: path,
      command,
    }),
    cwd: path,
    env: variables,
    timeLimitSeconds: services.record.state().settings.checkTimeoutSeconds,
    log: join(services.workspaces.controlDirectory(ordinal), directory, `check-${number}.log`),
    marker: services.workspaces.marker(ordinal, 'check'),
    secrets: services.settings.secretForms,
  });
  return { ...result, excerpt: result.excerpt.replaceAll(path, workspace) };
}
