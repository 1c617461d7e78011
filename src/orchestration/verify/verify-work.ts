import type { Git } from '../../git/git.ts';
import { findFileAt } from '../../git/objects.ts';
import { isRedOnBase } from '../../model/state/base-trouble.ts';
import type { CheckResult, Failure } from '../../model/failure/failure.ts';
import { checkOnBranch } from '../../verification/check.ts';
import { describeConfigurationChanges } from '../../verification/configuration-changes.ts';
import { describeTestChanges } from '../../verification/test-changes.ts';
import { describeUnfitContent, findUnfitContent } from '../../verification/unfit-content.ts';
import type { Services } from '../../services/run-services.ts';
import type { Verdict, VerifyOrder } from './verdict.ts';
import { openCheckTree } from './check-tree.ts';
import { describeMovedSubmodules } from './moved-submodules.ts';
import { judgeReturn } from './judge-return.ts';
import { describeScope, judgeScope } from './judge-scope.ts';
import { settleWork } from './settle-work.ts';
import { verifyByOriginal } from './verify-by-original.ts';

/**
 * Stands between "the agent says so" and "it is so":
 *
 *   leftovers committed ─▶ in our clone ─▶ has commits ─▶ in scope ─▶ fit to be published ─▶ checks pass ─▶ verified
 *
 * From the second step on it is about one commit, which nobody can change any more: what is checked is what is
 * published. Throws a `ForeignGitError` for a workspace in which git cannot work.
 */
export async function verifyWork(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  order: VerifyOrder,
): Promise<Verdict> {
  const signal = signalOf(services, order);
  const { ordinal } = order;
  const settled = await settleWork(services, order, signal);
  if (settled !== null) return { kind: 'failed', failure: settled };
  const { git } = services.workspaces.clone;
  const baseSha = services.record.task(ordinal).workspace?.baseSha ?? '';
  const readBase = (path: string): Promise<string | null> => findFileAt(git, baseSha, path);
  const misfit =
    judgeWork(services, ordinal) ?? (await judgeReturn(git, services.record.task(ordinal)));
  if (misfit !== null) return { kind: 'failed', failure: misfit };
  const overreach = await judgeScope(services, ordinal, readBase);
  if (overreach !== null) {
    const { attempt } = order;
    services.record.record({ type: 'scope-exceeded', task: ordinal, attempt, ...overreach });
    return { kind: 'out-of-scope' };
  }
  const unfit = await judgeContent(services, order, git);
  if (unfit !== null) return { kind: 'failed', failure: unfit };
  return runChecks(services, order, signal);
}

function judgeWork(services: Services<'record'>, ordinal: number): Failure | null {
  const { commits, files } = services.record.task(ordinal);
  if (commits.length === 0) {
    const message = 'The agent ended without a commit and without a change to commit';
    return { reason: 'no-commits', message };
  }
  if (files.length === 0)
    return { reason: 'no-commits', message: 'The commits on the branch change no file' };
  return null;
}

/** Looks for what no checks find, and what could not be taken back once it is pushed. */
async function judgeContent(
  services: Services<'record' | 'settings'>,
  { ordinal }: VerifyOrder,
  git: Git,
): Promise<Failure | null> {
  const { workspace, head } = services.record.task(ordinal);
  const baseSha = workspace?.baseSha ?? '';
  const allowed = services.settings.allowedSecrets;
  const handed = services.settings.keyForms;
  const content = await findUnfitContent({ git, baseSha, head: head ?? '', allowed, handed });
  const message = describeUnfitContent(content);
  return message === null ? null : { reason: 'invalid', message };
}

async function runChecks(
  services: Services<'record' | 'workspaces' | 'agents' | 'settings'>,
  order: VerifyOrder,
  signal: AbortSignal,
): Promise<Verdict> {
  const { record } = services;
  const { ordinal, attempt } = order;
  const head = record.task(ordinal).head ?? '';
  const notes: string[] = [];
  const told = new Set<string>();
  await using tree = openCheckTree(services, { ...order, head, signal });
  for (const check of services.settings.checks) {
    const { command, note } = await checkOnBranch(check, (path) =>
      findFileAt(services.workspaces.clone.git, head, path),
    );
    if (note !== null) {
      notes.push(note);
      told.add(check.definition?.file ?? '');
    }
    const evidence = `running ${check.command}`;
    record.record({ type: 'stage-changed', task: ordinal, stage: 'testing', evidence });
    const result = await tree.run({ name: check.name, command });
    if (signal.aborted || result === null) return { kind: 'interrupted' };
    const judged = markedByBase(services, result);
    record.record({ type: 'check-ended', task: ordinal, attempt, result: judged });
    if (judged.isRedOnBase) notes.push(redOnBaseNote(judged));
    else if (result.state !== 'passed') return againstBase(services, result);
  }
  const { variables } = tree;
  const old = await verifyByOriginal(services, { ...order, variables, signal });
  if (old !== null) return old;
  const described = await describeWork(services, { ordinal, head, told });
  const baseSha = record.task(ordinal).workspace?.baseSha ?? '';
  const links = await describeMovedSubmodules(services, { ...order, baseSha, head, signal });
  const checkChanges = [...notes, ...described.checkChanges];
  const all = [...checkChanges, ...tree.notes(), ...links, ...described.scope];
  record.record({ type: 'task-verified', task: ordinal, head, notes: all, checkChanges });
  return { kind: 'verified' };
}

/** A result, marked where it is what the base itself comes to and the user let the run continue in spite of that. */
function markedByBase({ record }: Services<'record'>, result: CheckResult): CheckResult {
  const state = record.state();
  const isExcused = result.state !== 'passed' && state.isRedBaseAccepted;
  return isExcused && isRedOnBase(state, result.name) ? { ...result, isRedOnBase: true } : result;
}

/** Where the base fails in the same check, no agent has to pass it; otherwise the agent must fix it. */
function againstBase({ record }: Services<'record'>, check: CheckResult): Verdict {
  const state = record.state();
  if (!isRedOnBase(state, check.name)) return { kind: 'check-failed' };
  const { branch, sha } = state.base;
  const message = `${check.command} fails on the base already (${branch} at ${sha.slice(0, 9)}), without this task's work: fix the base, then retry, and its work is taken up from here`;
  return { kind: 'failed', failure: { reason: 'check-failed', message, check } };
}

function redOnBaseNote({ command }: CheckResult): string {
  return `\`${command}\` fails, as it did on the base before this work: it says nothing about this branch.`;
}

/** What a reviewer should know about the work, besides that its checks passed. */
async function describeWork(
  services: Services<'record' | 'workspaces' | 'settings'>,
  { ordinal, head, told }: { ordinal: number; head: string; told: ReadonlySet<string> },
): Promise<{ readonly checkChanges: string[]; readonly scope: string[] }> {
  const { git } = services.workspaces.clone;
  const { files, workspace } = services.record.task(ordinal);
  const baseSha = workspace?.baseSha ?? '';
  const readBase = (path: string): Promise<string | null> => findFileAt(git, baseSha, path);
  const configuration = await describeConfigurationChanges({
    ...{ checks: services.settings.checks, files, told, readBase },
    readBranch: (path) => findFileAt(git, head, path),
  });
  const tests = await describeTestChanges(git, { baseSha, head }, files);
  return {
    checkChanges: [...configuration, ...tests],
    scope: await describeScope(services, ordinal, readBase),
  };
}

function signalOf(services: Services<'clock'>, { ordinal }: VerifyOrder): AbortSignal {
  return AbortSignal.any([services.clock.stop.now, services.clock.cancelSignal(ordinal)]);
}
