import { availableParallelism, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { findAgent } from '../../agents/find-agent.ts';
import type { Holds } from '../../coordination/holds.ts';
import type { Forge } from '../../forge/forge.ts';
import { ensureBareClone, fetchRef } from '../../git/bare-clone.ts';
import { ensureLargeFiles } from '../../git/large-files.ts';
import { updateRef } from '../../git/refs.ts';
import { issueKey, type IssueRef } from '../../model/issue/issue.ts';
import type { ProcessIdentity } from '../../model/process-identity.ts';
import { secretForms } from '../../model/text/secret-forms.ts';
import { cancellationOf } from '../../orchestration/task/cancellation.ts';
import { holdingOf } from '../../radar/heed-conflicts.ts';
import { membersOf, type Fleet } from '../../services/fleet.ts';
import { startPulse } from '../../services/pulse.ts';
import { openReviewGate, type ReviewGate } from '../../services/review-gate.ts';
import { openStartGate } from '../../services/start-gate.ts';
import type { RunRecord } from '../../services/run-record.ts';
import {
  roomsBeside,
  type EnterOrder,
  type ExecutionSettings,
  type Room,
  type RunTools,
  type StopSignals,
  type TaskLog,
} from '../../services/run-tools.ts';
import { renderDiagnosticIssue } from '../../reporting/ending/diagnostic-issue.ts';
import { runtimePaths } from '../../reporting/files/runtime-paths.ts';
import { deleteTrees } from '../../workspace/clean/delete-trees.ts';
import { enterSandbox } from '../../workspace/sandbox/enter-sandbox.ts';
import { fitWorkers, measureResources } from '../../workspace/machine/resources.ts';
import { attemptMarker } from '../../workspace/environment/markers.ts';
import { openConfinement } from '../../workspace/sandbox/confinement.ts';
import type { Sandbox } from '../../workspace/sandbox/sandbox.ts';
import { copyIgnored } from '../../workspace/environment/copy-ignored.ts';
import { createPool } from '../../workspace/machine/pool.ts';
import {
  discardTaskFolders,
  openTaskEnvironment,
  type TaskEnvironment,
} from '../../workspace/environment/task-environment.ts';
import { taskFoldersOf, type TaskFolders } from '../../workspace/environment/task-folders.ts';
import { workspacesOf, type Workspaces } from '../../workspace/workspaces.ts';
import type { BaseEvidence } from '../plan/base-evidence.ts';
import type { Place } from '../place/open-repository.ts';
import type { Settings } from '../settings/settings.ts';
import { openOriginalChecks } from './open-original-checks.ts';
import { forgeInRun } from './forge-in-run.ts';
import { handedKeys, handedSecrets } from './handed-secrets.ts';

export type ToolsOrder = {
  readonly place: Place;
  readonly holds: Holds;
  readonly forge: Forge;
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
  readonly isBaseKnownGreen?: boolean;
  /** Left out: the user does not agree. */
  readonly agreesToRedBase?: RunTools['agreesToRedBase'];
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
  const places = await openWorkspaces(order);
  const handed = handedSecrets(settings, order.env);
  // What must not appear in an issue where the user reads it; and the forge's own token.
  const secrets = [...handed, ...order.forge.secrets];
  return {
    record,
    forge: forgeInRun({ ...order, clone: places.clone, secrets, now }),
    fleet: order.fleet,
    agentNamed: (name) => {
      const found = findAgent(name);
      return found.ok ? found.value : null;
    },
    marker: (...parts) => attemptMarker(state.root, run, ...parts),
    discardEnvironments: (rooms) => discardRooms(order, places.workspaces, rooms),
    self: order.self,
    ...places,
    identity: repository.identity,
    secretForms: secretForms(handed),
    keyForms: secretForms(handedKeys(settings, order.env)),
    controlDirectory: (task) => join(state.runs, run, `task-${task}`),
    workspacePath: (room) => join(state.workspaces, `${run}-task-${room}`),
    openEnvironment: (room) => openEnvironment(order, room),
    copyIgnored: async (to) => {
      const patterns = settings.copy;
      await copyIgnored({ patterns, userGit: repository.git, from: repository.root, to });
    },
    setup: evidence.setup,
    checks: evidence.checks,
    isBaseKnownGreen: order.isBaseKnownGreen ?? false,
    agreesToRedBase: order.agreesToRedBase ?? (() => Promise.resolve(false)),
    original: await openOriginalChecks(places.clone.git, record.state().firstBase, settings),
    isSandboxed: order.sandbox !== null,
    enter: (entering) => enterWorkspace(order, entering),
    forgetSandbox: (room) => deleteTrees([join(taskFolders(order, room).directory, 'sandbox')]),
    shortage: () => findShortage(order),
    readIssue: order.readIssue,
    diagnose: (found) => renderDiagnosticIssue({ state: found, secrets }),
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

/** Asking who holds ports forgets the dead ones'. */
async function discardRooms(
  order: ToolsOrder,
  workspaces: Workspaces,
  rooms: readonly Room[],
): Promise<void> {
  const { place, record, holds } = order;
  await holds.heldNames('port:');
  const all = rooms.flatMap((room) => [room, ...roomsBeside(room)]);
  await Promise.all(all.map((room) => discardTaskFolders(taskFolders(order, room))));
  for (const room of all.filter((one) => typeof one === 'string')) {
    const path = join(place.state.workspaces, `${record.run}-task-${room}`);
    for (const checkout of [path, `${path}-original`]) await workspaces.discard(checkout);
  }
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
    baseCheckWaitSeconds: settings.baseCheckWaitSeconds,
    radarSeconds: settings.radarSeconds,
    soloControls: settings.soloControl,
    limitPauseSeconds: settings.limitPauseSeconds,
    ci: {
      fixes: settings.ciFixes,
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

/** The bare clone behind the workspaces, with the forge's base in it. */
async function openWorkspaces(order: ToolsOrder): Promise<Pick<RunTools, 'workspaces' | 'clone'>> {
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
  const ref = `refs/heads/${branch}`;
  const base = `refs/flotilla/base/${branch}`;
  await fetchRef(clone, { repository: forge.repository, from: ref, to: base });
  await ensureLargeFiles({ git: clone.git, commit: base, from: repository.git, to: clone.git });
  // What agents see as the base follows.
  await clone.exclusively(() => updateRef(clone.git, ref, base));
  const { sandbox, env } = order;
  const confinement = openConfinement({ sandbox, env, home: homedir(), clone: clone.directory });
  const { trash } = state;
  const { identity } = repository;
  const workspaces = workspacesOf({ clone, confinement, trash, identity, baseBranch: branch });
  return { clone, workspaces };
}

async function enterWorkspace(
  order: ToolsOrder,
  { room, workspace, argv }: EnterOrder,
): Promise<readonly [string, ...string[]]> {
  const { sandbox, settings, place, record, fleet } = order;
  if (sandbox === null) return argv;
  const { directory, temporary } = taskFolders(order, room);
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

function openEnvironment(order: ToolsOrder, room: Room): Promise<TaskEnvironment> {
  const { place, record, settings } = order;
  const { issue } = record.state();
  return openTaskEnvironment({
    holds: order.holds,
    env: order.env,
    home: homedir(),
    named: settings.variables,
    identity: place.repository.identity,
    ...taskFolders(order, room),
    facts: {
      MASTER_ISSUE: issueKey(issue),
      TIMEOUT: String(settings.timeoutSeconds),
      ...(room === 'base' ? {} : taskFacts(order, room)),
    },
  });
}

function taskFolders({ place, record }: ToolsOrder, room: Room): TaskFolders {
  return taskFoldersOf(place.state, record.run, room);
}

function taskFacts(
  { place, record }: ToolsOrder,
  room: Exclude<Room, 'base'>,
): Record<string, string> {
  const ordinal = Number.parseInt(String(room), 10);
  const task = record.task(ordinal);
  return {
    AGENT_ID: `agent-${ordinal}`,
    SUB_ISSUE: String(task.issueNumber ?? ''),
    BRANCH_NAME: task.workspace?.branch ?? '',
    WORKING_DIR: join(place.state.workspaces, `${record.run}-task-${room}`),
    STATUS_FILE: runtimePaths(place.repository.root, record.state()).status(ordinal),
  };
}
