import { join } from 'node:path';
import { ForeignGitError } from '../../git/git.ts';
import { checkTroubles } from '../../diagnosis/base-troubles.ts';
import { isRed, type CheckResult } from '../../model/failure/failure.ts';
import { acceptAdvice, isOriginalName } from '../../model/original-check.ts';
import { runCheck } from '../../verification/run-check.ts';
import { readStatus, type StatusEntry } from '../../workspace/salvage/work-status.ts';
import { shellIn } from '../../services/run-workspaces.ts';
import type { Services } from '../../services/run-services.ts';
import { runOriginalChecks } from '../verify/run-original-checks.ts';

export type BaseCheckParams = {
  readonly cancel: AbortSignal;
  /** Called when the setup has passed on the base. */
  readonly onSetUp: () => void;
};

/**
 * Runs setup and checks on the base, with nobody's work in it: what is red there is a finding, and what they leave
 * behind there is known not to be an agent's work. Cut short by the signal, it says nothing.
 */
export async function checkBase(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  { cancel, onSetUp }: BaseCheckParams,
): Promise<void> {
  const { record, workspaces } = services;
  const path = workspaces.workspacePath('base');
  if (record.state().baseChecks !== null) await workspaces.discard(path);
  const hasNothingToRun = services.settings.checks.length === 0 && services.settings.setup === null;
  if (hasNothingToRun || record.state().baseChecks !== null) return;
  const signal = AbortSignal.any([services.clock.stop.now, cancel]);
  if (signal.aborted) return;
  await workspaces.discard(path);
  await workspaces.create({ path, branch: null, commit: record.state().base.sha });
  await workspaces.copyIgnored(path);
  const environment = await workspaces.openEnvironment('base');
  try {
    const results = await runAll(services, {
      cwd: path,
      env: environment.variables,
      signal,
      onSetUp,
    });
    if (signal.aborted) return;
    const { sha } = record.state().base;
    results.push(
      ...(await runOriginalChecks(services, {
        ...{ task: 'base', room: 'base', commit: sha, base: sha, only: null, logs: '', signal },
        environment: () => Promise.resolve(environment.variables),
      })),
    );
    if (signal.aborted) return;
    const left = await marksLeft(services, path, signal);
    record.record({ type: 'base-checked', checks: results, ...left });
    const { baseChecks } = record.state();
    baseChecks?.filter(isRed).forEach((result) => raiseRedBase(services, result));
  } finally {
    await environment.close();
    await workspaces.discard(path);
    await workspaces.forgetSandbox('base');
  }
}

/** What setup and checks made, and what they changed of the base's own files. */
async function marksLeft(
  { workspaces }: Services<'workspaces'>,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly artefacts: string[]; readonly changed: string[] }> {
  const entries = await statusOf().catch((error: unknown): readonly StatusEntry[] => {
    // Checks that leave a place in which git cannot work leave nothing that could be mistaken for work.
    if (error instanceof ForeignGitError) return [];
    throw error;
  });
  const named = (wanted: StatusEntry['kind']): string[] =>
    entries.filter(({ kind }) => kind === wanted).map((entry) => entry.path);
  return { artefacts: named('untracked'), changed: named('changed') };

  async function statusOf(): Promise<readonly StatusEntry[]> {
    await workspaces.visit(path, { marker: workspaces.marker('base'), signal });
    return (await readStatus(workspaces.git(path, { signal }), 'normal')).entries;
  }
}

async function runAll(
  services: Services<'record' | 'workspaces' | 'agents' | 'settings'>,
  params: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    readonly onSetUp: () => void;
  },
): Promise<CheckResult[]> {
  const { cwd, env, signal, onSetUp } = params;
  const setup =
    services.settings.setup === null ? [] : [{ name: 'setup', command: services.settings.setup }];
  const results: CheckResult[] = [];
  for (const [index, { name, command }] of [...setup, ...services.settings.checks].entries()) {
    const result = await services.agents.places.checks(
      async () =>
        runCheck({
          name,
          command,
          argv: await shellIn(services.workspaces, { room: 'base', workspace: cwd, command }),
          cwd,
          env,
          timeLimitSeconds: services.record.state().settings.checkTimeoutSeconds,
          log: join(services.workspaces.controlDirectory('base'), `check-${index}.log`),
          marker: services.workspaces.marker('base'),
          secrets: services.settings.secretForms,
          signal,
        }),
      { priority: -1, signal },
    );
    if (signal.aborted) break;
    results.push(result);
    if (name !== 'setup') continue;
    // Nothing can be said about a base whose setup failed.
    if (isRed(result)) break;
    onSetUp();
  }
  return results;
}

function raiseRedBase(services: Services<'record'>, check: CheckResult): void {
  const { name, exitCode, log } = check;
  const [trouble] = checkTroubles([check]);
  const { branch, sha } = services.record.state().base;
  services.record.record({
    type: 'finding-raised',
    finding: {
      kind: 'red-base',
      severity: 'warning',
      tasks: [],
      message: `${trouble?.message ?? `${check.command} fails on the base itself`} (${branch} at ${sha.slice(0, 9)})`,
      evidence: `exit code ${exitCode ?? 'none'}, output in ${log}`,
      advice: isOriginalName(name)
        ? `${acceptAdvice[0]?.toUpperCase()}${acceptAdvice.slice(1)}.`
        : (trouble?.remedy ?? ''),
    },
  });
}
