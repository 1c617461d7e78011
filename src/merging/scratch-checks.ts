import { join } from 'node:path';
import type { CheckResult } from '../model/failure.ts';
import { runOriginalChecks } from '../orchestration/original-checks.ts';
import { shellIn, type RunTools } from '../orchestration/run-tools.ts';
import { checkOnBranch } from '../verification/check.ts';
import { runCheck } from '../verification/run-check.ts';
import type { TaskEnvironment } from '../workspace/task-environment.ts';
import type { RunChecks } from './judge-union.ts';
import type { RunTool } from './settle-by-rule.ts';

/** Runs setup and checks in a scratch tree, as a run does in a workspace. */
export type ScratchChecks = AsyncDisposable & {
  readonly run: RunChecks;
  /** Runs a tool of the project's there. */
  readonly runTool: RunTool;
};

/** Opens the place where the run's base was checked: its environment, its sandbox, its log files. */
export function openScratchChecks(tools: RunTools): ScratchChecks {
  let environment: TaskEnvironment | null = null;
  let count = 0;
  const run: RunChecks = async (directory, only) => {
    environment ??= await tools.openEnvironment('base');
    await tools.copyIgnored(directory);
    const { variables } = environment;
    const results: CheckResult[] = [];
    for (const { name, command } of await commandsFor(tools, directory, only)) {
      count += 1;
      const log = join(
        tools.controlDirectory('base'),
        `merge-${count}-${name.replaceAll(/\W+/gu, '-').slice(0, 40)}.log`,
      );
      const argv = await shellIn(tools, { task: 'base', workspace: directory, command });
      const result = await runOne(tools, { name, command, directory, variables, log }, argv);
      if (tools.stop.now.aborted) return results;
      results.push(result);
      // Without its setup nothing can be said.
      if (name === setupName && result.state !== 'passed') return results;
    }
    results.push(...(await originalResults(tools, { directory, only, variables })));
    return results.filter(({ name }) => name !== setupName);
  };
  const runTool: RunTool = async ({ directory, folder, command }) => {
    environment ??= await tools.openEnvironment('base');
    count += 1;
    const log = join(tools.controlDirectory('base'), `merge-${count}-tool.log`);
    const { variables } = environment;
    // The folder's name is a word of its own: no shell reads it.
    const argv = ['/bin/sh', '-c', `cd -- "$1" && ${command}`, 'sh', folder] as const;
    const entered = await tools.enter({ task: 'base', workspace: directory, argv: [...argv] });
    const name = 'made again by rule';
    const order = { name, command, directory, variables, log };
    return (await runOne(tools, order, entered)).state === 'passed';
  };
  return {
    run,
    runTool,
    [Symbol.asyncDispose]: async () => {
      await environment?.close();
      await tools.forgetSandbox('base');
    },
  };
}

const setupName = 'setup';

/** The setup, and the checks as the base defines them. */
async function commandsFor(
  tools: RunTools,
  directory: string,
  only: ReadonlySet<string> | null,
): Promise<{ readonly name: string; readonly command: string }[]> {
  const git = tools.worktrees.git(directory);
  const readBranch = async (path: string): Promise<string | null> => {
    const answer = await git.probe(['show', `HEAD:${path}`]);
    return answer.code === 0 ? answer.stdout : null;
  };
  const wanted = tools.checks.filter(
    ({ name }) => only === null || only.has(name) || only.has(setupName),
  );
  const checks = wanted.map(async (check) => {
    const { command } = await checkOnBranch(check, readBranch);
    return { name: check.name, command };
  });
  const setup = tools.setup === null ? [] : [{ name: setupName, command: tools.setup }];
  return [...setup, ...(await Promise.all(checks))];
}

/** By the checks that the run began with, where what is merged by now changes them. */
async function originalResults(
  tools: RunTools,
  order: {
    readonly directory: string;
    readonly only: ReadonlySet<string> | null;
    readonly variables: Readonly<Record<string, string>>;
  },
): Promise<readonly CheckResult[]> {
  const { directory, only, variables: environment } = order;
  const { base } = tools.record.state();
  const shown = await tools.worktrees.git(directory).run(['rev-parse', 'HEAD']);
  const merged = ['rev-parse', '--verify', '--quiet', `refs/flotilla/base/${base.branch}`];
  const now = await tools.clone.git.probe(merged);
  return runOriginalChecks(tools, {
    ...{ task: 'base', commit: shown.trim(), only, environment, logs: '' },
    base: now.code === 0 ? now.stdout.trim() : base.sha,
    signal: tools.stop.now,
  });
}

async function runOne(
  tools: RunTools,
  order: {
    readonly name: string;
    readonly command: string;
    readonly directory: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly log: string;
  },
  argv: readonly [string, ...string[]],
): Promise<CheckResult> {
  const { name, command, directory, variables, log } = order;
  return runCheck({
    name,
    command,
    argv,
    cwd: directory,
    env: variables,
    timeLimitSeconds: tools.record.state().settings.checkTimeoutSeconds,
    log,
    marker: tools.marker('base'),
    signal: tools.stop.now,
  });
}
