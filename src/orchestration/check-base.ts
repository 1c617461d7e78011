import { join } from 'node:path';
import { ForeignGitError } from '../git/git.ts';
import type { CheckResult } from '../model/failure.ts';
import { acceptAdvice, isOriginalName } from '../model/original-check.ts';
import { runCheck } from '../verification/run-check.ts';
import { readStatus, type StatusEntry } from '../workspace/work-status.ts';
import { runOriginalChecks } from './original-checks.ts';
import { shellIn, type RunTools } from './run-tools.ts';

/**
 * Runs setup and checks on the base, with nobody's work in it: what is red there is a finding, and what they leave
 * behind there is known not to be an agent's work. Cut short by the signal, it says nothing.
 */
export async function checkBase(tools: RunTools, cancel: AbortSignal): Promise<void> {
  const { record, workspaces } = tools;
  const path = tools.workspacePath('base');
  if (record.state().baseChecks !== null) await workspaces.discard(path);
  if (tools.checks.length === 0 || record.state().baseChecks !== null) return;
  const signal = AbortSignal.any([tools.stop.now, cancel]);
  if (signal.aborted) return;
  await workspaces.discard(path);
  await workspaces.create({ path, branch: null, commit: record.state().base.sha });
  await tools.copyIgnored(path);
  const environment = await tools.openEnvironment('base');
  try {
    const results = await runAll(tools, { cwd: path, env: environment.variables, signal });
    if (signal.aborted) return;
    const { sha } = record.state().base;
    results.push(
      ...(await runOriginalChecks(tools, {
        ...{ task: 'base', room: 'base', commit: sha, base: sha, only: null, logs: '', signal },
        environment: () => Promise.resolve(environment.variables),
      })),
    );
    if (signal.aborted) return;
    const left = await marksLeft(tools, path, signal);
    record.record({ type: 'base-checked', checks: results, ...left });
    results
      .filter(({ state }) => state !== 'passed')
      .forEach((result) => raiseRedBase(tools, result));
  } finally {
    await environment.close();
    await workspaces.discard(path);
    await tools.forgetSandbox('base');
  }
}

/** What setup and checks made, and what they changed of the base's own files. */
async function marksLeft(
  { workspaces, marker }: RunTools,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly artefacts: string[]; readonly changed: string[] }> {
  const entries = await statusOf().catch((error: unknown): readonly StatusEntry[] => {
    // Checks that leave a place in which git cannot work leave nothing that could be told from work.
    if (error instanceof ForeignGitError) return [];
    throw error;
  });
  const named = (wanted: StatusEntry['kind']): string[] =>
    entries.filter(({ kind }) => kind === wanted).map((entry) => entry.path);
  return { artefacts: named('untracked'), changed: named('changed') };

  async function statusOf(): Promise<readonly StatusEntry[]> {
    await workspaces.visit(path, { marker: marker('base'), signal });
    return (await readStatus(workspaces.git(path, { signal }), 'normal')).entries;
  }
}

async function runAll(
  tools: RunTools,
  order: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<CheckResult[]> {
  const { cwd, env, signal } = order;
  const setup = tools.setup === null ? [] : [{ name: 'setup', command: tools.setup }];
  const results: CheckResult[] = [];
  for (const [index, { name, command }] of [...setup, ...tools.checks].entries()) {
    const result = await tools.places.checks(
      async () =>
        runCheck({
          name,
          command,
          argv: await shellIn(tools, { room: 'base', workspace: cwd, command }),
          cwd,
          env,
          timeLimitSeconds: tools.record.state().settings.checkTimeoutSeconds,
          log: join(tools.controlDirectory('base'), `check-${index}.log`),
          marker: tools.marker('base'),
          secrets: tools.secretForms,
          signal,
        }),
      { priority: -1, signal },
    );
    if (signal.aborted) break;
    results.push(result);
  }
  return results;
}

function raiseRedBase(tools: RunTools, { name, command, state, exitCode, log }: CheckResult): void {
  const { branch, sha } = tools.record.state().base;
  tools.record.record({
    type: 'finding-raised',
    finding: {
      kind: 'red-base',
      severity: 'warning',
      tasks: [],
      message: `${command} ${state === 'timed-out' ? 'times out' : 'fails'} on the base itself (${branch} at ${sha.slice(0, 9)})`,
      evidence: `exit code ${exitCode ?? 'none'}, output in ${log}`,
      advice: isOriginalName(name)
        ? `${acceptAdvice[0]?.toUpperCase()}${acceptAdvice.slice(1)}.`
        : 'Fix the base first, or give other checks with --check: a task whose check fails is failed, whoever broke it.',
    },
  });
}
