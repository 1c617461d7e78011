import { join } from 'node:path';
import type { Failure, CheckResult } from '../model/failure.ts';
import { foundBranch } from '../model/found-work.ts';
import type { Git } from '../git/git.ts';
import type { StackedState } from '../model/run-state.ts';
import { checkOnBranch, type Check } from '../verification/check.ts';
import { describeConfigurationChanges } from '../verification/configuration-changes.ts';
import { runCheck } from '../verification/run-check.ts';
import { describeTestChanges } from '../verification/test-changes.ts';
import { describeUnfitContent, findUnfitContent } from '../verification/unfit-content.ts';
import type { Baseline } from '../workspace/leftovers.ts';
import { ensureNoStaleLocks } from '../workspace/stale-locks.ts';
import { readStatus } from '../workspace/work-status.ts';
import { readWorkDone } from '../workspace/work-done.ts';
import { judgeReturn } from './judge-return.ts';
import { commitLeftovers } from './commit-leftovers.ts';
import { describeScope, judgeScope } from './judge-scope.ts';
import { restoreBase } from './restore-base.ts';
import { verifyByOriginal } from './verify-by-original.ts';
import { shellIn, type RunTools } from './run-tools.ts';

export type VerifyOrder = {
  readonly ordinal: number;
  /** 0: what an earlier run had published, before any attempt of this one. */
  readonly attempt: number;
  readonly workspace: string;
  readonly baseline: Baseline;
  readonly environment: Readonly<Record<string, string>>;
};

/** What verification says of an attempt's work. */
export type Verdict =
  | { readonly kind: 'verified' }
  /** The journal has the check; what follows from it is for the next step to say. */
  | { readonly kind: 'check-failed' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'interrupted' };

/**
 * Stands between "the agent says so" and "it is so":
 *
 *   leftovers committed ─▶ has commits ─▶ in scope ─▶ fit to be published ─▶ checks pass ─▶ verified
 */
export async function verifyWork(tools: RunTools, order: VerifyOrder): Promise<Verdict> {
  const git = tools.worktrees.git(order.workspace);
  // The agent's tree has ended, perhaps in the middle of a git command; or an orchestrator before us was.
  await ensureNoStaleLocks({ ...order, git, marker: tools.marker(order.ordinal) });
  const settled = await settleWork(tools, order, git);
  if (settled !== null) return { kind: 'failed', failure: settled };
  const baseSha = tools.record.task(order.ordinal).workspace?.baseSha ?? '';
  const readBase = (path: string): Promise<string | null> => readAt(git, baseSha, path);
  const misfit =
    judgeWork(tools, order.ordinal) ??
    (await judgeReturn(git, tools.record.task(order.ordinal))) ??
    (await judgeScope(tools, order.ordinal, readBase)) ??
    (await judgeContent(tools, order, git));
  if (misfit !== null) return { kind: 'failed', failure: misfit };
  return runChecks(tools, order, git);
}

/** Commits what the agent left, and records what the branch now holds. */
async function settleWork(tools: RunTools, order: VerifyOrder, git: Git): Promise<Failure | null> {
  const { record } = tools;
  const task = record.task(order.ordinal);
  const status = await readStatus(git, 'normal');
  const unmerged = status.entries.filter(({ kind }) => kind === 'unmerged').map(({ path }) => path);
  if (unmerged.length > 0)
    return {
      reason: 'conflicted',
      message: `The agent left a merge with conflicts in ${unmerged.join(', ')}`,
      files: unmerged,
    };
  const strayed = await bringHome(git, status.branch, task.workspace?.branch ?? '');
  if (strayed !== null) return strayed;
  // Without an attempt there was no agent to leave anything.
  const leftovers = order.attempt === 0 ? [] : await commitLeftovers(tools, order, git);
  const baseSha = task.workspace?.baseSha ?? '';
  const branch = task.workspace?.branch ?? '';
  // What is published already stays below what is added, as the base does.
  const ground = foundBranch(task)?.head ?? baseSha;
  const rewritten = await restoreBase({ git, branch, baseSha: ground, identity: tools.identity });
  if (rewritten !== null) return task.stackedOn === null ? rewritten : fallenOff(task.stackedOn);
  const work = await readWorkDone(git, baseSha);
  record.record({
    type: 'work-committed',
    task: order.ordinal,
    attempt: order.attempt,
    ...work,
    leftovers,
  });
  return null;
}

/** What was put on another's branch while it was under way, and does not hold that any more. */
function fallenOff({ on, files }: StackedState): Failure {
  const message = `The agent ended without the work of task ${on}, which its branch was put on, and both do not merge by themselves`;
  return { reason: 'conflicted', message, files };
}

/** An agent that ended on another branch, or on none, but built on ours: our branch follows. */
export async function bringHome(
  git: Git,
  current: string | null,
  own: string,
): Promise<Failure | null> {
  if (current === own) return null;
  const isAhead =
    (await git.probe(['merge-base', '--is-ancestor', `refs/heads/${own}`, 'HEAD'])).code === 0;
  if (!isAhead)
    return {
      reason: 'agent-failed',
      message: `The agent ended on ${current === null ? 'no branch' : `branch ${current}`}, whose history does not hold ${own}`,
    };
  await git.run(['checkout', '--quiet', '--no-track', '-B', own]);
  return null;
}

function judgeWork(tools: RunTools, ordinal: number): Failure | null {
  const { commits, files, attempts } = tools.record.task(ordinal);
  if (commits.length === 0)
    return { reason: 'no-commits', message: withoutWork(attempts.at(-1)?.claim ?? '') };
  if (files.length === 0)
    return { reason: 'no-commits', message: 'The commits on the branch change no file' };
  return null;
}

/** Nobody can answer an agent while it works; whoever reads this can, in the issue. */
function withoutWork(claim: string): string {
  const plain = 'The agent ended without a commit and without a change to commit';
  const last = claim.trimEnd().split('\n').at(-1)?.trim() ?? '';
  const question = /[^.!?]*\?["'*_)]*$/u.exec(last)?.[0].trim().slice(0, 300) ?? '';
  if (question === '') return plain;
  return `${plain}; it asked: ${question} Answer that in the task's text, and start it again with --retry`;
}

/** Looks for what no checks find, and what could not be taken back once it is pushed. */
async function judgeContent(
  tools: RunTools,
  { ordinal }: VerifyOrder,
  git: Git,
): Promise<Failure | null> {
  const baseSha = tools.record.task(ordinal).workspace?.baseSha ?? '';
  const allowed = tools.settings.allowedSecrets;
  const message = describeUnfitContent(await findUnfitContent({ git, baseSha, allowed }));
  return message === null ? null : { reason: 'invalid', message };
}

async function runChecks(tools: RunTools, order: VerifyOrder, git: Git): Promise<Verdict> {
  const { record } = tools;
  const notes: string[] = [];
  const told = new Set<string>();
  for (const check of tools.checks) {
    const { command, note } = await checkOnBranch(check, (path) => readAt(git, 'HEAD', path));
    if (note !== null) {
      notes.push(note);
      told.add(check.definition?.file ?? '');
    }
    record.record({
      type: 'stage-changed',
      task: order.ordinal,
      stage: 'testing',
      evidence: `running ${check.command}`,
    });
    const result = await tools.places.checks(() => runOne(tools, order, check, command), {
      signal: signalOf(tools, order),
    });
    if (signalOf(tools, order).aborted) return { kind: 'interrupted' };
    record.record({ type: 'check-ended', task: order.ordinal, attempt: order.attempt, result });
    if (result.state !== 'passed') return { kind: 'check-failed' };
  }
  const old = await verifyByOriginal(tools, { ...order, signal: signalOf(tools, order) });
  if (old !== null) return old;
  const described = await describeWork(tools, { ordinal: order.ordinal, git, told });
  const checkChanges = [...notes, ...described.checkChanges];
  const head = record.task(order.ordinal).head ?? '';
  const all = [...checkChanges, ...described.scope];
  record.record({ type: 'task-verified', task: order.ordinal, head, notes: all, checkChanges });
  return { kind: 'verified' };
}

/** What a reviewer should know of the work beside that its checks passed. */
async function describeWork(
  tools: RunTools,
  { ordinal, git, told }: { ordinal: number; git: Git; told: ReadonlySet<string> },
): Promise<{ readonly checkChanges: string[]; readonly scope: string[] }> {
  const { files, workspace } = tools.record.task(ordinal);
  const baseSha = workspace?.baseSha ?? '';
  const configuration = await describeConfigurationChanges({
    checks: tools.checks,
    files,
    told,
    readBase: (path) => readAt(git, baseSha, path),
    readBranch: (path) => readAt(git, 'HEAD', path),
  });
  return {
    checkChanges: [...configuration, ...(await describeTestChanges(git, baseSha, files))],
    scope: await describeScope(tools, ordinal, (path) => readAt(git, baseSha, path)),
  };
}

async function runOne(
  tools: RunTools,
  order: VerifyOrder,
  check: Check,
  command: string,
): Promise<CheckResult> {
  const { ordinal, attempt } = order;
  const index = tools.checks.indexOf(check) + 1;
  return runCheck({
    name: check.name,
    command,
    argv: await shellIn(tools, { task: ordinal, workspace: order.workspace, command }),
    cwd: order.workspace,
    env: order.environment,
    timeLimitSeconds: tools.record.state().settings.checkTimeoutSeconds,
    log: join(
      tools.controlDirectory(ordinal),
      attempt === 0 ? 'as-found' : `attempt-${attempt}`,
      `check-${index}.log`,
    ),
    marker: tools.marker(ordinal, 'check'),
    signal: signalOf(tools, order),
  });
}

function signalOf(tools: RunTools, { ordinal }: VerifyOrder): AbortSignal {
  return AbortSignal.any([tools.stop.now, tools.cancelSignal(ordinal)]);
}

async function readAt(git: Git, commit: string, path: string): Promise<string | null> {
  const answer = await git.probe(['show', `${commit}:${path}`]);
  return answer.code === 0 ? answer.stdout : null;
}
