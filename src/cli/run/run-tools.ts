import { rm } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { findAgent } from '../../agents/find-agent.ts';
import { pickVariables } from '../../agents/pick-variables.ts';
import type { Holds } from '../../coordination/holds.ts';
import type { ClosingForge, ForgeHome } from '../../forge/forge.ts';
import { ensureBareClone, fetchRef } from '../../git/bare-clone.ts';
import { ensureLargeFiles } from '../../git/large-files.ts';
import { issueKey, type IssueRef } from '../../model/issue.ts';
import type { ProcessIdentity } from '../../model/process-identity.ts';
import { cancellationOf } from '../../orchestration/cancellation.ts';
import { holdingOf } from '../../orchestration/heed-conflicts.ts';
import { membersOf, type Fleet } from '../../orchestration/fleet.ts';
import { startPulse } from '../../orchestration/pulse.ts';
import { openReviewGate, type ReviewGate } from '../../orchestration/review-gate.ts';
import { openStartGate } from '../../orchestration/start-gate.ts';
import type { RunRecord } from '../../orchestration/run-record.ts';
import type {
  EnterOrder,
  ExecutionSettings,
  RunTools,
  StopSignals,
  TaskLog,
} from '../../orchestration/run-tools.ts';
import { renderDiagnosticIssue } from '../../reporting/diagnostic-issue.ts';
import { runtimePaths } from '../../reporting/runtime-paths.ts';
import { ensureGitDirectories } from '../../workspace/git-directories.ts';
import { enterSandbox } from '../../workspace/sandbox/enter-sandbox.ts';
import { fitWorkers, measureResources } from '../../workspace/resources.ts';
import { attemptMarker } from '../../workspace/markers.ts';
import { ensureCloneDivides } from '../../workspace/sandbox/sandbox-git.ts';
import type { Sandbox } from '../../workspace/sandbox/sandbox.ts';
import { copyIgnored } from '../../workspace/copy-ignored.ts';
import { createPool } from '../../workspace/pool.ts';
import {
  discardTaskFolders,
  openTaskEnvironment,
  type TaskEnvironment,
} from '../../workspace/task-environment.ts';
import { taskFoldersOf, type TaskFolders } from '../../workspace/task-folders.ts';
import { worktreesOf } from '../../workspace/worktrees.ts';
import type { BaseEvidence } from '../plan/base-evidence.ts';
import { feedbackInRun } from './feedback-in-run.ts';
import { openOriginalChecks } from './open-original-checks.ts';
import { forgeInRun } from './forge-in-run.ts';
import type { Place } from '../open-repository.ts';
import type { Settings } from '../settings.ts';

export type ToolsOrder = {
  readonly place: Place;
  readonly holds: Holds;
  readonly forge: ForgeHome & ClosingForge;
  readonly record: RunRecord;
  readonly fleet: Fleet;
  readonly evidence: BaseEvidence;
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly stop: StopSignals;
  /** Null: programs run outside any. */
  readonly sandbox: Sandbox | null;
  /** MB that a checkout of the base takes. */
  readonly worktreeMb: number;
  readonly self: ProcessIdentity;
  readonly log: TaskLog;
  /** What the issue asks for now; left out where no task is begun. */
  readonly readIssue?: RunTools['readIssue'];
};

/** How long lies between two looks at what reviewers say: on GitHub they cost nothing while nothing changes, but are many. */
export function reviewLookMs({ forge }: IssueRef, { github }: Settings): number {
  return forge === 'local' ? 2_000 : github.ci_interval * 1_000;
}

/** How many tasks get their workspace ahead of a free place for their agent. */
const mostPreparedAhead = 8;

/** Builds what a run needs from the real world: the one place where adapters meet the run. */
export async function buildRunTools(order: ToolsOrder): Promise<RunTools> {
  const { place, record, settings, evidence } = order;
  const { run } = record;
  const { repository, state } = place;
  const now = (): Date => new Date();
  const worktrees = await openWorktrees(order);
  const secrets = secretsOf(order);
  return {
    record,
    forge: forgeInRun({ ...order, secrets, now }),
    feedback: feedbackInRun({ ...order, clone: worktrees.clone, secrets }),
    closing: order.forge,
    fleet: order.fleet,
    agentNamed: (name) => {
      const found = findAgent(name);
      return found.ok ? found.value : null;
    },
    marker: (...parts) => attemptMarker(state.root, run, ...parts),
    discardEnvironments: async (tasks) => {
      // Asking who holds ports forgets the dead ones'.
      await order.holds.heldNames('port:');
      await Promise.all(tasks.map((task) => discardTaskFolders(taskFolders(order, task))));
    },
    self: order.self,
    ...worktrees,
    identity: repository.identity,
    controlDirectory: (task) => join(state.runs, run, `task-${task}`),
    workspacePath: (task) => join(state.workspaces, `${run}-task-${task}`),
    openEnvironment: (task) => openEnvironment(order, task),
    copyIgnored: async (to) => {
      const patterns = settings.copy;
      await copyIgnored({ patterns, userGit: repository.git, from: repository.root, to });
    },
    setup: evidence.setup,
    checks: evidence.checks,
    original: await openOriginalChecks(worktrees.clone.git, record.state().firstBase, settings),
    isSandboxed: order.sandbox !== null,
    gitDirectories: (workspace) => ensureGitDirectories(workspace, state.clone),
    enter: (entering) => enterWorkspace(order, entering),
    forgetSandbox: (task) =>
      rm(join(taskFolders(order, task).directory, 'sandbox'), { recursive: true, force: true }),
    shortage: () => findShortage(order),
    readIssue: order.readIssue,
    diagnose: (found) => renderDiagnosticIssue({ state: found, secrets: secretsOf(order) }),
    settings: executionSettings(settings, evidence),
    places: placesFor(settings.maxWorkers),
    stop: order.stop,
    gate: openStartGate(record, now),
    reviews: reviewGate(order, now),
    pulse: startPulse(Math.min(settings.statusIntervalSeconds, settings.stallSeconds / 4) * 1_000),
    cancelSignal: cancellationOf(record),
    holdSignal: holdingOf(record),
    log: order.log,
    now,
    startedAt: now().toISOString(),
    elapsed: () => performance.now(),
  };
}

function placesFor(maxWorkers: number): RunTools['places'] {
  return {
    tasks: createPool(maxWorkers + Math.min(maxWorkers, mostPreparedAhead)),
    agents: createPool(maxWorkers),
    checks: createPool(availableParallelism()),
  };
}

function reviewGate({ record, settings, forge }: ToolsOrder, now: () => Date): ReviewGate {
  return openReviewGate({
    ...{ record, now, look: forge.reviews },
    most: settings.maxUnreviewed,
    patienceMs: settings.reviewPatienceSeconds * 1_000,
    everyMs: reviewLookMs(record.state().issue, settings),
  });
}

function executionSettings(settings: Settings, evidence: BaseEvidence): ExecutionSettings {
  const instructions = [settings.instructions, evidence.instructions];
  return {
    statusIntervalSeconds: settings.statusIntervalSeconds,
    onConflict: settings.onConflict,
    radarSeconds: settings.radarSeconds,
    limitPauseSeconds: settings.limitPauseSeconds,
    ci: {
      fixes: settings.github.ci_fixes,
      patienceSeconds: settings.github.ci_patience,
      intervalSeconds: settings.github.ci_interval,
      graceSeconds: settings.github.ci_grace,
    },
    policy: {
      hasSetup: evidence.setup !== null,
      checkFixes: settings.checkFixes,
      automaticRetries: settings.automaticRetries,
    },
    maxTurns: settings.maxTurns,
    maxCostUsd: settings.maxCostUsd,
    instructions: instructions.filter((text) => text !== '').join('\n\n'),
    isCopyingFiles: settings.copy.length > 0,
    allowedSecrets: settings.allowedSecrets,
  };
}

/** The bare clone of the workspaces, with the forge's base in it. */
async function openWorktrees(order: ToolsOrder): Promise<Pick<RunTools, 'worktrees' | 'clone'>> {
  const { place, holds, forge, record } = order;
  const { repository, state } = place;
  const { branch } = record.state().base;
  const clone = await ensureBareClone({
    directory: state.clone,
    // The forge has the base for sure; the user's repository may have no such branch.
    source: forge.repository,
    branch,
    git: repository.git,
    holds,
  });
  if (order.sandbox !== null) await clone.exclusively(() => ensureCloneDivides(clone.directory));
  const ref = `refs/heads/${branch}`;
  const base = `refs/flotilla/base/${branch}`;
  await fetchRef(clone, { repository: forge.repository, from: ref, to: base });
  await ensureLargeFiles({ git: clone.git, commit: base, from: repository.git, to: clone.git });
  // What agents see as the base follows, unless one of them has it checked out: git refuses then, and nothing is lost.
  await clone.exclusively(() =>
    clone.git.probe(['fetch', '--quiet', '--no-tags', '.', `+${base}:${ref}`]),
  );
  const { trash } = state;
  return { clone, worktrees: worktreesOf({ clone, trash, identity: repository.identity }) };
}

async function enterWorkspace(
  order: ToolsOrder,
  { task, workspace, argv }: EnterOrder,
): Promise<readonly [string, ...string[]]> {
  const { sandbox, settings, place, record, fleet } = order;
  if (sandbox === null) return argv;
  const { directory, temporary } = taskFolders(order, task);
  const status = dirname(runtimePaths(place.repository.root, record.state()).status(1));
  return enterSandbox({
    sandbox,
    argv: [...argv],
    env: order.env,
    home: homedir(),
    workspace,
    clone: place.state.clone,
    directory: join(directory, 'sandbox'),
    writable: [join(directory, 'cache'), temporary, join(directory, 'git'), ...settings.writable],
    shown: [
      ...membersOf(fleet).flatMap(({ agent }) => agent.home),
      { path: join(directory, 'agent'), mode: 'read' },
      { path: status, mode: 'read' },
      ...settings.visible.map((path) => ({ path, mode: 'read' as const })),
    ],
  });
}

/** What the user let the agents see by name, and may not want to read again in an issue; and the forge's own token. */
function secretsOf({ settings, env, fleet, forge }: ToolsOrder): string[] {
  const handed: Record<string, string> = {
    ...Object.fromEntries(membersOf(fleet).flatMap(({ variables }) => Object.entries(variables))),
    ...pickVariables(settings.variables, env),
  };
  const named = Object.entries(handed).flatMap(([name, value]) =>
    /key|token|secret|password|credential/iu.test(name) ? [value] : [],
  );
  return [...named, ...(forge.secrets ?? [])];
}

/** One more agent needs its memory and its disk now, whatever the plan was. */
async function findShortage({ place, settings, worktreeMb }: ToolsOrder): Promise<string | null> {
  const resources = await measureResources(place.state.root);
  const fit = fitWorkers({
    ...resources,
    wanted: 1,
    worktreeMb,
    isGivenByHand: settings.isMaxWorkersGiven,
  });
  return fit.workers > 0 ? null : fit.reasons.join('; ');
}

function openEnvironment(order: ToolsOrder, task: number | 'base'): Promise<TaskEnvironment> {
  const { place, record, settings } = order;
  const { issue } = record.state();
  return openTaskEnvironment({
    holds: order.holds,
    env: order.env,
    home: homedir(),
    named: settings.variables,
    identity: place.repository.identity,
    ...taskFolders(order, task),
    facts: {
      MASTER_ISSUE: issueKey(issue),
      TIMEOUT: String(settings.timeoutSeconds),
      ...(task === 'base' ? {} : taskFacts(order, task)),
    },
  });
}

function taskFolders({ place, record }: ToolsOrder, task: number | 'base'): TaskFolders {
  return taskFoldersOf(place.state, record.run, task);
}

function taskFacts({ place, record }: ToolsOrder, ordinal: number): Record<string, string> {
  const task = record.task(ordinal);
  return {
    AGENT_ID: `agent-${ordinal}`,
    SUB_ISSUE: String(task.issueNumber ?? ''),
    BRANCH_NAME: task.workspace?.branch ?? '',
    WORKING_DIR: task.workspace?.path ?? '',
    STATUS_FILE: runtimePaths(place.repository.root, record.state()).status(ordinal),
  };
}
