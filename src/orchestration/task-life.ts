import { join } from 'node:path';
import type { Failure } from '../model/failure.ts';
import { branchName } from '../model/names.ts';
import { runCheck } from '../verification/run-check.ts';
import { cleanBaseline, takeBaseline, type Baseline } from '../workspace/leftovers.ts';
import type { TaskEnvironment } from '../workspace/task-environment.ts';
import { firstPrompt, fixPrompt } from './prompt.ts';
import { ensurePublished } from './publish.ts';
import { runAttempt, type AttemptOutcome } from './run-attempt.ts';
import { plannedTask, type RunTools } from './run-tools.ts';
import { verifyWork, type Verdict } from './verify-work.ts';

/** How a task's life in this run ended. What it came to is in the journal. */
type Ending = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly failure: Failure } | { readonly kind: 'not-now' };

/** What the life of a task needs to know about the rest of the run. */
export type TaskSurroundings = {
  /** Resolves with the sub-issue's number, in the order of the issue. */
  readonly subIssue: (ordinal: number) => Promise<number>;
  /** Resolves when the checks ran on the base. */
  readonly baseChecked: Promise<void>;
};

/**
 * One task, from its sub-issue to its pull request. Each step is skipped when the journal says that it is done, so that
 * a run can be taken up anywhere.
 *
 *   sub-issue ─▶ workspace ─▶ setup ─▶ ┌▶ agent ─▶ verify ─┬─▶ push ─▶ pull request ─▶ completed
 *                                      └── failing check ◀─┘ (at most `checkFixes` times)
 */
export async function liveTask(
  tools: RunTools,
  around: TaskSurroundings,
  ordinal: number,
): Promise<void> {
  const ending = await carryOut(tools, around, ordinal);
  if (ending.kind === 'failed')
    tools.record.record({ type: 'task-failed', task: ordinal, failure: ending.failure });
}

async function carryOut(
  tools: RunTools,
  around: TaskSurroundings,
  ordinal: number,
): Promise<Ending> {
  if (tools.stop.drain.aborted) return { kind: 'not-now' };
  const workspace = await ensureWorkspace(tools, ordinal, await around.subIssue(ordinal));
  const environment = await tools.openEnvironment(ordinal);
  try {
    const unprepared = await ensureSetup(tools, ordinal, environment);
    if (unprepared !== null) return { kind: 'failed', failure: unprepared };
    const worked = await workUntilVerified({ tools, around, ordinal, workspace, environment });
    if (worked.kind !== 'done') return worked;
  } finally {
    await environment.close();
  }
  return ensurePublished(tools, ordinal);
}

async function ensureWorkspace(
  tools: RunTools,
  ordinal: number,
  issueNumber: number,
): Promise<string> {
  const { record, worktrees } = tools;
  const known = record.task(ordinal).workspace;
  if (known?.state === 'ready' && (await worktrees.exists(known.path))) return known.path;
  const path = tools.workspacePath(ordinal);
  const branch = branchName(issueNumber, record.task(ordinal).title);
  const commit = record.state().base.sha;
  record.record({ type: 'workspace-intended', task: ordinal, path, branch, baseSha: commit });
  await worktrees.create({ path, branch, commit });
  await tools.copyIgnored(path);
  record.record({ type: 'workspace-done', task: ordinal });
  return path;
}

async function ensureSetup(
  tools: RunTools,
  ordinal: number,
  environment: TaskEnvironment,
): Promise<Failure | null> {
  const { setup, record } = tools;
  const { workspace } = record.task(ordinal);
  if (setup === null || workspace?.setup?.state === 'passed') return null;
  const log = join(tools.controlDirectory(ordinal), 'setup.log');
  const result = await tools.places.checks(() =>
    runCheck({
      name: 'setup',
      command: setup,
      cwd: workspace?.path ?? '',
      env: environment.variables,
      timeLimitSeconds: record.state().settings.checkTimeoutSeconds,
      log,
      marker: `${record.run}/${ordinal}/setup`,
      signal: tools.stop.now,
    }),
  );
  record.record({ type: 'setup-ended', task: ordinal, result });
  if (result.state === 'passed') return null;
  const message = `The setup command ${setup} ${result.state === 'timed-out' ? 'timed out' : 'failed'}: ${lastLine(result.excerpt)}`;
  return { reason: 'setup-failed', message, log };
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() || 'it printed nothing';
}

type Working = {
  readonly tools: RunTools;
  readonly around: TaskSurroundings;
  readonly ordinal: number;
  readonly workspace: string;
  readonly environment: TaskEnvironment;
};

/** Fix attempts go before new tasks: what is nearly done is finished first. */
const fixPriority = -1;

async function workUntilVerified(working: Working): Promise<Ending> {
  const { tools, ordinal, workspace } = working;
  const first = firstPrompt(promptOrder(tools, ordinal));
  let prompt = first;
  let session: string | null = null;
  let head: string | null = null;
  for (let fixes = 0; ; fixes += 1) {
    const baseline = await baselineOf(tools, workspace, fixes);
    const outcome = await tools.places.agents<AttemptOutcome | null>(
      () => attemptUnlessDrained(working, { prompt, session, isFix: fixes > 0 }),
      fixes > 0 ? fixPriority : 0,
    );
    if (outcome === null || outcome.kind === 'interrupted') return { kind: 'not-now' };
    if (outcome.kind === 'failed') return outcome;
    const verdict = await verify(working, baseline);
    if (verdict.kind === 'verified') return { kind: 'done' };
    if (verdict.kind === 'interrupted') return { kind: 'not-now' };
    if (verdict.kind === 'failed') return verdict;
    const task = tools.record.task(ordinal);
    const isStuck = task.head === head;
    if (fixes >= tools.settings.checkFixes || isStuck || tools.stop.drain.aborted)
      return { kind: 'failed', failure: checkFailure(verdict.check, fixes, isStuck) };
    head = task.head;
    session = tools.agent.capabilities.resumes ? (task.attempts.at(-1)?.session ?? null) : null;
    prompt = fixPrompt({ check: verdict.check, isResumed: session !== null, first });
    tools.record.record({
      type: 'stage-changed',
      task: ordinal,
      stage: 'fixing',
      evidence: `${verdict.check.command} failed`,
    });
  }
}

function promptOrder(tools: RunTools, ordinal: number): Parameters<typeof firstPrompt>[0] {
  const state = tools.record.state();
  if (state.plan === null) throw new Error('The run has no plan');
  return {
    task: plannedTask(tools, ordinal),
    plan: state.plan,
    masterTitle: state.title,
    branch: tools.record.task(ordinal).workspace?.branch ?? '',
    checkCommands: tools.checks.map(({ command }) => command),
    instructions: tools.settings.instructions,
  };
}

/** A fresh checkout with nothing copied or set up in it is clean; anything else is looked at. */
async function baselineOf(tools: RunTools, workspace: string, fixes: number): Promise<Baseline> {
  if (fixes === 0 && tools.setup === null && !tools.settings.isCopyingFiles) return cleanBaseline;
  return takeBaseline(tools.worktrees.git(workspace), workspace);
}

function attemptUnlessDrained(
  { tools, ordinal, workspace, environment }: Working,
  how: { readonly prompt: string; readonly session: string | null; readonly isFix: boolean },
): Promise<AttemptOutcome | null> {
  if (tools.stop.drain.aborted) return Promise.resolve(null);
  const why = how.isFix ? 'fix-checks' : 'first';
  return runAttempt(tools, { ordinal, why, workspace, environment, ...how });
}

async function verify(working: Working, baseline: Baseline): Promise<Verdict> {
  const { tools, ordinal, workspace, environment } = working;
  await working.around.baseChecked;
  return verifyWork(tools, {
    ordinal,
    attempt: tools.record.task(ordinal).attempts.length,
    workspace,
    baseline,
    environment: environment.variables,
  });
}

function checkFailure(
  check: Extract<Verdict, { kind: 'check-failed' }>['check'],
  fixes: number,
  isStuck: boolean,
): Failure {
  const how = check.state === 'timed-out' ? 'timed out' : `failed (exit code ${check.exitCode ?? 'none'})`;
  const tries = fixes === 0 ? '' : ` after ${fixes} ${fixes === 1 ? 'fix' : 'fixes'}`;
  const stuck = isStuck ? '; the agent changed nothing more' : '';
  return { reason: 'check-failed', message: `${check.command} ${how}${tries}${stuck}`, check };
}
