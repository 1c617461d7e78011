import type { Agent } from '../agents/agent.ts';
import type { Forge } from '../forge/forge.ts';
import type { BareClone } from '../git/bare-clone.ts';
import type { GitIdentity } from '../git/git.ts';
import { isRedOnBase, type BaseTrouble } from '../model/state/base-trouble.ts';
import type { ConflictPolicy } from '../model/merge/conflict.ts';
import { hasOpenPull } from '../model/state/feedback.ts';
import type { ReadIssue } from '../model/issue/issue-digest.ts';
import { hasSucceeded, type TaskState } from '../model/state/task-state.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { ProcessIdentity } from '../model/process-identity.ts';
import type { PlannedTask } from '../model/plan/plan.ts';
import type { Check } from '../verification/check.ts';
import type { Pool } from '../workspace/machine/pool.ts';
import type { TaskEnvironment } from '../workspace/environment/task-environment.ts';
import type { Workspaces } from '../workspace/workspaces.ts';
import type { OriginalChecks } from '../verification/original-checks.ts';
import type { Fleet } from './fleet.ts';
import type { Pulse } from './pulse.ts';
import type { ReviewGate } from './review-gate.ts';
import type { RunRecord } from './run-record.ts';
import type { StartGate } from './start-gate.ts';

export type StepPolicy = {
  readonly hasSetup: boolean;
  /** How often a failing check goes back to the agent. */
  readonly checkFixes: number;
  /** How often a task is retried by itself, for failures that are not its own fault. */
  readonly automaticRetries: number;
};

/** All that a run needs from outside, handed in by the command line. */
export type RunTools = {
  readonly record: RunRecord;
  readonly forge: Forge;
  readonly fleet: Fleet;
  /** The agent that an earlier orchestrator used, by its name; null when it is not known any more. */
  readonly agentNamed: (name: string) => Agent | null;
  /** Names what a part of this run starts, unlike anything of any other run on this machine. */
  readonly marker: (...parts: readonly (string | number)[]) => string;
  /** Forgets the leases and folders of tasks whose orchestrator died, and the checkouts in which it checked something. */
  readonly discardEnvironments: (rooms: readonly Room[]) => Promise<void>;
  /** This process. */
  readonly self: ProcessIdentity;
  readonly workspaces: Workspaces;
  /** The bare clone on whose objects they build, and into which their commits come. */
  readonly clone: BareClone;
  /** Values that were handed to agents, in all forms in which they are masked. */
  readonly secretForms: readonly string[];
  /** Those of them that are secrets by their variables' names: no branch that holds one is published. */
  readonly keyForms: readonly string[];
  /** Ours: for commits of what an agent left uncommitted. */
  readonly identity: GitIdentity;
  /** Where a task's control files go: `attempt-1/`, check logs; never inside its workspace. */
  readonly controlDirectory: (room: Room) => string;
  readonly workspacePath: (room: Room) => string;
  readonly openEnvironment: (room: Room) => Promise<TaskEnvironment>;
  /** Copies ignored files that the configuration names into a workspace. */
  readonly copyIgnored: (workspace: string) => Promise<void>;
  /** Whether programs run in our sandbox. */
  readonly isSandboxed: boolean;
  /** What to run in place of a program, so that it runs in the sandbox; the same where there is none. */
  readonly enter: (order: EnterOrder) => Promise<readonly [string, ...string[]]>;
  /** Forgets what the programs of a room kept in their private home. */
  readonly forgetSandbox: (room: Room) => Promise<void>;
  /** Why not one more agent fits on this machine now; null when one does. */
  readonly shortage: () => Promise<string | null>;
  /** What the issue asks for now; null when it cannot be read. Left out where nobody can edit it. */
  readonly readIssue?: ReadIssue | undefined;
  /** What to publish about the failures of a run; null when there is nothing to report. */
  readonly diagnose: (state: RunState) => Diagnosis | null;
  readonly setup: string | null;
  readonly checks: readonly Check[];
  /** Whether these were seen to pass on the base's commit before this run. */
  readonly isBaseKnownGreen: boolean;
  /** Whether the user lets agents start on a base that is not ready. */
  readonly agreesToRedBase: (
    troubles: readonly BaseTrouble[],
    how: { readonly mayAsk: boolean },
  ) => Promise<boolean>;
  /** Those of the run's beginning; null when there were none. */
  readonly original: OriginalChecks | null;
  readonly settings: ExecutionSettings;
  readonly places: RunPlaces;
  readonly stop: StopSignals;
  readonly gate: StartGate;
  readonly reviews: ReviewGate;
  readonly pulse: Pulse;
  /** Is aborted when somebody asks for the end of a task. */
  readonly cancelSignal: (ordinal: number) => AbortSignal;
  /** Is aborted when a task's attempt must end for now, since its work collides with another's. */
  readonly holdSignal: (ordinal: number) => AbortSignal;
  readonly log: TaskLog;
  readonly now: () => Date;
  /** When this orchestrator began; ISO 8601. */
  readonly startedAt: string;
  /** Milliseconds of a clock that neither jumps nor counts the machine's sleep. */
  readonly elapsed: () => number;
};

/** The options that only the run itself needs. */
export type ExecutionSettings = {
  readonly statusIntervalSeconds: number;
  /** How long agents wait for the base's own check; 0: not at all. */
  readonly baseCheckWaitSeconds: number;
  /** What is done about conflicts between tasks that are under way. */
  readonly onConflict: ConflictPolicy;
  /** How many tasks of the run are run a second time, alone. */
  readonly soloControls: number;
  /** How long between two looks for conflicts. */
  readonly radarSeconds: number;
  /** How long a provider's limit pauses the run when it does not say when it ends; doubles each time. */
  readonly limitPauseSeconds: number;
  readonly policy: StepPolicy;
  readonly ci: CiPolicy;
  readonly maxTurns: number | null;
  readonly maxCostUsd: number | null;
  /** The project's own words to agents. */
  readonly instructions: string;
  /** Whether ignored files are copied into workspaces, so that these are not clean to begin with. */
  readonly isCopyingFiles: boolean;
  /** Paths in which what looks like a key is not one. */
  readonly allowedSecrets: readonly string[];
};

/** How the forge's own checks of pull requests are watched. */
export type CiPolicy = {
  /** How often red checks send a pull request back to its agent; 0: nobody watches. */
  readonly fixes: number;
  /** How long they are watched after a push. */
  readonly patienceSeconds: number;
  /** Between two looks. */
  readonly intervalSeconds: number;
  /** After a push, checks that are not there yet are waited for so long; four times that where there are workflows. */
  readonly graceSeconds: number;
};

/**
 * Where programs run, with a home, temporary files and ports of their own: where a task is worked on, where the base is
 * looked at, where a task's commit is checked, apart from all that its agent left in its own room, or where a task runs a
 * second time alone.
 */
export type Room = number | 'base' | `${number}-check` | `${number}-solo`;

/** Where the commits of a task are checked. */
export function checkRoom(ordinal: number): Room {
  return `${ordinal}-check`;
}

/** Where a task runs a second time alone. */
export function soloRoom(ordinal: number): Room {
  return `${ordinal}-solo`;
}

/** The rooms that a task has besides the one that it is worked on in. */
export function roomsBeside(room: Room): Room[] {
  return typeof room === 'number' ? [checkRoom(room), soloRoom(room)] : [];
}

export type EnterOrder = {
  readonly room: Room;
  readonly workspace: string;
  readonly argv: readonly [string, ...string[]];
};

/** The argv of a shell command of the user's (never of issue text) in a workspace. */
export function shellIn(
  tools: RunTools,
  order: { readonly room: Room; readonly workspace: string; readonly command: string },
): Promise<readonly [string, ...string[]]> {
  return tools.enter({ ...order, argv: ['/bin/sh', '-c', order.command] });
}

/** An issue about what went wrong, ready to be published. */
export type Diagnosis = {
  readonly key: string;
  readonly title: string;
  readonly body: string;
  /** Whether what had failed has succeeded since, so that its issue is closed. */
  readonly isOver: boolean;
};

/** What is limited: tasks under way, agents at once, checks at once. */
export type RunPlaces = { readonly tasks: Pool; readonly agents: Pool; readonly checks: Pool };

/** How a user ends a run: first nothing new starts, then what runs is ended. */
export type StopSignals = {
  readonly drain: AbortSignal;
  readonly now: AbortSignal;
  /** Whether it was the run's own time that ended it. */
  readonly hasRunTimedOut: () => boolean;
};

/** Takes what an agent says, for the task's own log file. */
export type TaskLog = {
  readonly append: (ordinal: number, text: string) => void;
  /** Begins the file again with this text. */
  readonly restart: (ordinal: number, text: string) => void;
};

/** The commit that a task's work begins after now; null while the task below it has nothing verified to stand on. */
export function groundOf(tools: RunTools, ordinal: number): string | null {
  const below = taskBelow(tools, ordinal);
  if (below !== null && hasOpenPull(below)) return below.pushedHead;
  // A task below that is merged is part of the base by now.
  return below === null || hasSucceeded(below) ? tools.record.state().base.sha : null;
}

/** The command that prepares a workspace; null where there is none, or where the user agreed to do without it. */
export function setupOf({ setup, record }: RunTools): string | null {
  const state = record.state();
  return state.isRedBaseAccepted && isRedOnBase(state, 'setup') ? null : setup;
}

/** A task as the plan has it; throws when the plan has no such task. */
export function plannedTask(tools: RunTools, ordinal: number): PlannedTask {
  const planned = tools.record.state().plan?.tasks.find((task) => task.ordinal === ordinal);
  if (planned === undefined) throw new Error(`The plan has no task ${ordinal}`);
  return planned;
}

/** The task whose verified branch a task starts from; null when it starts from the base. */
export function taskBelow(tools: RunTools, ordinal: number): TaskState | null {
  const { stackOn } = plannedTask(tools, ordinal);
  return stackOn === null ? null : tools.record.task(stackOn);
}
