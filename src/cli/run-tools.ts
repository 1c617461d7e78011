import { createHash } from 'node:crypto';
import { availableParallelism, homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Agent, AgentProgram } from '../agents/agent.ts';
import { findAgent } from '../agents/find-agent.ts';
import { pickVariables } from '../agents/pick-variables.ts';
import type { Holds } from '../coordination/holds.ts';
import type { LocalForge } from '../forge/local/local-forge.ts';
import { ensureBareClone, fetchRef } from '../git/bare-clone.ts';
import { issueKey } from '../model/issue.ts';
import type { ProcessIdentity } from '../model/process-identity.ts';
import { cancellationOf } from '../orchestration/cancellation.ts';
import { startPulse } from '../orchestration/pulse.ts';
import { openStartGate } from '../orchestration/start-gate.ts';
import type { RunRecord } from '../orchestration/run-record.ts';
import type { RunTools, StopSignals, TaskLog } from '../orchestration/run-tools.ts';
import { runtimePaths } from '../reporting/runtime-paths.ts';
import { copyIgnored } from '../workspace/copy-ignored.ts';
import { createPool } from '../workspace/pool.ts';
import {
  discardTaskFolders,
  openTaskEnvironment,
  type TaskEnvironment,
} from '../workspace/task-environment.ts';
import { worktreesOf, type Worktrees } from '../workspace/worktrees.ts';
import type { BaseEvidence } from './base-evidence.ts';
import type { Place } from './open-repository.ts';
import type { Settings } from './settings.ts';

export type ToolsOrder = {
  readonly place: Place;
  readonly holds: Holds;
  readonly forge: LocalForge;
  readonly record: RunRecord;
  readonly agent: Agent;
  readonly program: AgentProgram;
  readonly evidence: BaseEvidence;
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly stop: StopSignals;
  readonly self: ProcessIdentity;
  readonly log: TaskLog;
};

/** How many tasks get their workspace ahead of a free place for their agent. */
const mostPreparedAhead = 8;

/** Builds what a run needs from the real world: the one place where adapters meet the run. */
export async function buildRunTools(order: ToolsOrder): Promise<RunTools> {
  const { place, record, settings, evidence, agent } = order;
  const { run } = record;
  const { repository, state } = place;
  const { maxWorkers } = settings;
  const now = (): Date => new Date();
  return {
    record,
    forge: order.forge,
    agent,
    program: order.program,
    agentNamed: (name) => {
      const found = findAgent(name);
      return found.ok ? found.value : null;
    },
    marker: (...parts) => [basename(state.root), run, ...parts].join('/'),
    discardEnvironments: async (tasks) => {
      // Asking who holds ports forgets the dead ones'.
      await order.holds.heldNames('port:');
      await Promise.all(tasks.map((task) => discardTaskFolders(taskFolders(order, task))));
    },
    self: order.self,
    worktrees: await openWorktrees(order),
    identity: repository.identity,
    controlDirectory: (task) => join(state.runs, run, `task-${task}`),
    workspacePath: (task) => join(state.workspaces, `${run}-task-${task}`),
    openEnvironment: (task) => openEnvironment(order, task),
    copyIgnored: async (to) => {
      const patterns = settings.copy;
      await copyIgnored({ patterns, userGit: repository.git, from: repository.root, to });
    },
    agentVariables: pickVariables(agent.variables, order.env),
    setup: evidence.setup,
    checks: evidence.checks,
    settings: {
      statusIntervalSeconds: settings.statusIntervalSeconds,
      limitPauseSeconds: settings.limitPauseSeconds,
      policy: {
        hasSetup: evidence.setup !== null,
        checkFixes: settings.checkFixes,
        automaticRetries: settings.automaticRetries,
      },
      maxTurns: settings.maxTurns,
      maxCostUsd: settings.maxCostUsd,
      instructions: settings.instructions,
      isCopyingFiles: settings.copy.length > 0,
    },
    places: {
      tasks: createPool(maxWorkers + Math.min(maxWorkers, mostPreparedAhead)),
      agents: createPool(maxWorkers),
      checks: createPool(availableParallelism()),
    },
    stop: order.stop,
    gate: openStartGate(record, now),
    pulse: startPulse(Math.min(settings.statusIntervalSeconds, settings.stallSeconds / 4) * 1_000),
    cancelSignal: cancellationOf(record),
    log: order.log,
    now,
    elapsed: () => performance.now(),
  };
}

/** The bare clone of the workspaces, with the forge's base in it. */
async function openWorktrees({ place, holds, forge, record }: ToolsOrder): Promise<Worktrees> {
  const { repository, state } = place;
  const { branch } = record.state().base;
  const clone = await ensureBareClone({
    directory: state.clone,
    source: repository.gitDirectory,
    branch,
    git: repository.git,
    holds,
  });
  const ref = `refs/heads/${branch}`;
  const base = `refs/flotilla/base/${branch}`;
  await fetchRef(clone, { repository: forge.repository, from: ref, to: base });
  // What agents see as the base follows, unless one of them has it checked out: git refuses then, and nothing is lost.
  await clone.exclusively(() =>
    clone.git.probe(['fetch', '--quiet', '--no-tags', '.', `+${base}:${ref}`]),
  );
  return worktreesOf(clone, state.trash, repository.identity);
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

function taskFolders(
  { place, record }: ToolsOrder,
  task: number | 'base',
): { readonly directory: string; readonly temporary: string } {
  const { root, runs } = place.state;
  const short = createHash('sha256').update(`${root} ${record.run}`).digest('hex').slice(0, 8);
  return {
    directory: join(runs, record.run, `task-${task}`),
    temporary: join(tmpdir(), `flotilla-${short}-${task}`),
  };
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
