import type { Git } from '../../git/git.ts';
import { findFileAt } from '../../git/objects.ts';
import { describeQuestions } from './describe-questions.ts';
import { isRedOnBase } from '../../model/state/base-trouble.ts';
import type { CheckResult, Failure } from '../../model/failure/failure.ts';
import { checkOnBranch, type ReadBase } from '../../verification/check.ts';
import { describeConfigurationChanges } from '../../verification/configuration-changes.ts';
import { describeTestChanges } from '../../verification/test-changes.ts';
import { describeUnfitContent, findUnfitContent } from '../../verification/unfit-content.ts';
import type { Services } from '../../services/run-services.ts';
import { foundBranch } from '../../model/state/found-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { isInHistory } from '../../git/ancestry.ts';
import { acceptAdvice } from '../../model/original-check.ts';
import { checkRoom } from '../../services/run-workspaces.ts';
import type { Overreach } from '../../model/event/task-event.ts';
import { codesInNote } from '../../verification/code-in-note.ts';
import { findTrespasses, undeclaredFiles } from '../../verification/scope.ts';
import {
  describeSharedHubs,
  judgeTrespasses,
  type JudgedTrespasses,
} from '../../verification/shared-hubs.ts';
import { plannedTask } from '../../services/planned-task.ts';
import type { Verdict, VerifyParams } from './work-verdict.ts';
import { openCheckTree } from './check-tree.ts';
import { describeMovedSubmodules } from './moved-submodules.ts';
import { settleWork } from './settle-work.ts';
import { runOriginalChecks } from './run-original-checks.ts';

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
  params: VerifyParams,
): Promise<Verdict> {
  const signal = signalOf(services, params);
  const { ordinal } = params;
  const settled = await settleWork(services, params, signal);
  if (settled !== null) return { kind: 'failed', failure: settled };
  const { git } = services.workspaces.clone;
  const baseSha = services.record.task(ordinal).workspace?.baseSha ?? '';
  const readBase = (path: string): Promise<string | null> => findFileAt(git, baseSha, path);
  const misfit =
    judgeWork(services, ordinal) ?? (await judgeReturn(git, services.record.task(ordinal)));
  if (misfit !== null) return { kind: 'failed', failure: misfit };
  const overreach = await judgeScope(services, ordinal, readBase);
  if (overreach !== null) {
    const { attempt } = params;
    services.record.record({ type: 'scope-exceeded', task: ordinal, attempt, ...overreach });
    return { kind: 'out-of-scope' };
  }
  const unfit = await judgeContent(services, params, git);
  if (unfit !== null) return { kind: 'failed', failure: unfit };
  return runChecks(services, params, signal);
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
  { ordinal }: VerifyParams,
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
  params: VerifyParams,
  signal: AbortSignal,
): Promise<Verdict> {
  const { record } = services;
  const { ordinal, attempt } = params;
  const head = record.task(ordinal).head ?? '';
  const notes: string[] = [];
  const told = new Set<string>();
  await using tree = openCheckTree(services, { ...params, head, signal });
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
  const old = await verifyByOriginal(services, { ...params, variables, signal });
  if (old !== null) return old;
  const described = await describeWork(services, { ordinal, head, told });
  const baseSha = record.task(ordinal).workspace?.baseSha ?? '';
  const links = await describeMovedSubmodules(services, { ...params, baseSha, head, signal });
  const checkChanges = [...notes, ...described.checkChanges];
  const { git } = services.workspaces.clone;
  const decided = await describeQuestions(services, { ordinal, git });
  const all = [...decided, ...checkChanges, ...tree.notes(), ...links, ...described.scope];
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

function signalOf(services: Services<'clock'>, { ordinal }: VerifyParams): AbortSignal {
  return AbortSignal.any([services.clock.stop.now, services.clock.cancelSignal(ordinal)]);
}

/**
 * What speaks against the work on a branch that is published: it came back, and nothing was added to it, or what is
 * published is no longer part of it, so that only force would publish it. Null for all other tasks.
 */
async function judgeReturn(git: Git, task: TaskState): Promise<Failure | null> {
  const { returned } = task.feedback;
  const published = returned?.head ?? foundBranch(task)?.head;
  if (published === undefined) return null;
  if (returned !== null && task.head === published) {
    const claim = task.attempts.at(-1)?.claim?.trim().split('\n').at(-1) ?? '';
    const said = claim === '' ? '' : `; its last words: ${claim.slice(0, 300)}`;
    return { reason: 'no-commits', message: `The agent changed nothing${said}` };
  }
  if (await isInHistory(git, published, task.head ?? '')) return null;
  const message = 'The agent rewrote commits that are published; they are never overwritten';
  return { reason: 'agent-failed', message };
}

/**
 * Verifies a task's head by the checks that the run began with, where what was merged changed them. Null: nothing speaks
 * against it.
 */
async function verifyByOriginal(
  services: Services<'record' | 'workspaces' | 'agents' | 'settings'>,
  params: VerifyParams & {
    /** The environment of the room in which the task's commits are checked. */
    readonly variables: () => Promise<Readonly<Record<string, string>>>;
    readonly signal: AbortSignal;
  },
): Promise<Verdict | null> {
  const { record } = services;
  const { ordinal: task, attempt, variables, signal } = params;
  const { base } = record.state();
  const results = await runOriginalChecks(services, {
    ...{ task, room: checkRoom(task), environment: variables, signal, base: base.sha, only: null },
    commit: record.task(task).head ?? '',
    logs: attempt === 0 ? 'as-found' : `attempt-${attempt}`,
  });
  if (signal.aborted) return { kind: 'interrupted' };
  for (const check of results) {
    record.record({ type: 'check-ended', task, attempt, result: check });
    if (check.state === 'passed') continue;
    if (!isRedOnBase(record.state(), check.name)) return { kind: 'check-failed' };
    // No agent can do anything about it.
    const message = `${check.name} fails on the base already, without this task's work: ${acceptAdvice}`;
    return { kind: 'failed', failure: { reason: 'check-failed', message, check } };
  }
  return null;
}

/** What of a task's work lies where only another task said that it would be; null when that is allowed or is nothing. */
async function judgeScope(
  services: Services<'record'>,
  ordinal: number,
  readBase: ReadBase,
): Promise<Omit<Overreach, 'attempt'> | null> {
  if (services.record.state().settings.isOutOfScopeAllowed) return null;
  const { rest: files } = await trespassesOf(services, ordinal, readBase);
  if (files.length === 0) return null;
  const named = files.map(({ path, declaredBy }) => `${path} (task ${declaredBy}'s)`);
  return {
    message: `The branch touches files that only another task declared: ${named.join(', ')}`,
    files,
  };
}

function trespassesOf(
  services: Services<'record'>,
  ordinal: number,
  readBase: ReadBase,
): Promise<JudgedTrespasses> {
  const { files } = services.record.task(ordinal);
  const all = services.record.state().plan?.tasks ?? [];
  const trespasses = findTrespasses(plannedTask(services, ordinal), all, files);
  return judgeTrespasses({ trespasses, files, readBase });
}

/** For reviewers: what a task's work touches that it was not said to. */
async function describeScope(
  services: Services<'record'>,
  ordinal: number,
  readBase: ReadBase,
): Promise<string[]> {
  const { files } = services.record.task(ordinal);
  const strays = undeclaredFiles(plannedTask(services, ordinal), files);
  const named =
    strays.length === 0
      ? []
      : [
          `It touches ${strays.length} ${strays.length === 1 ? 'file' : 'files'} that the task does not name: ${codesInNote(strays)}.`,
        ];
  return [...named, ...describeSharedHubs(await trespassesOf(services, ordinal, readBase))];
}
