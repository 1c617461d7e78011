import type { Agent } from '../agents/agent.ts';
import type { Forge } from '../forge/forge.ts';
import type { ReadIssue } from '../model/issue/issue-digest.ts';
import type { ProcessIdentity } from '../model/process-identity.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { Pool } from '../workspace/machine/pool.ts';
import type { ExecutionSettings } from './execution-settings.ts';
import type { Fleet } from './fleet.ts';
import type { Pulse } from './pulse.ts';
import type { ReviewGate } from './review-gate.ts';
import type { RunRecord } from './run-record.ts';
import type { RunWorkspaces } from './run-workspaces.ts';
import type { StartGate } from './start-gate.ts';

/**
 * What a run works with, built in one place by `app`: its journal, the forge, the workspaces, the agents and the clock;
 * and the settings, which are data.
 */
export type RunServices = {
  readonly record: RunRecord;
  readonly forge: RunForge;
  readonly workspaces: RunWorkspaces;
  readonly agents: RunAgents;
  readonly clock: RunClock;
  readonly settings: ExecutionSettings;
};

/** Those that a step needs, by name. */
export type Services<Names extends keyof RunServices> = Pick<RunServices, Names>;

/** The forge as a run has it, with what the issue asks for and what is said there of failures. */
export type RunForge = Forge & {
  /** What the issue asks for now; null when it cannot be read. Left out where nobody can edit it. */
  readonly readIssue?: ReadIssue | undefined;
  /** What to publish about the failures of a run; null when there is nothing to report. */
  readonly diagnose: (state: RunState) => Diagnosis | null;
};

/** The agents of a run: which there are, when one more may start, and where it is written down what they say. */
export type RunAgents = {
  readonly fleet: Fleet;
  /** Finds the agent that a task asks for which was added after the run began. Throws a `UserError` when it is missing. */
  readonly recruit: (ordinal: number) => Promise<void>;
  /** The agent that an earlier orchestrator used, by its name; null when it is not known any more. */
  readonly agentNamed: (name: string) => Agent | null;
  readonly places: RunPlaces;
  readonly gate: StartGate;
  readonly reviews: ReviewGate;
  /** Why not one more agent fits on this machine now; null when one does. */
  readonly shortage: () => Promise<string | null>;
  readonly log: TaskLog;
  /** The process that starts them: this one. */
  readonly self: ProcessIdentity;
};

/** What time it is, and when something must end. */
export type RunClock = {
  readonly now: () => Date;
  /** Milliseconds of a clock that neither jumps nor counts the machine's sleep. */
  readonly elapsed: () => number;
  /** When this orchestrator began; ISO 8601. */
  readonly startedAt: string;
  readonly pulse: Pulse;
  readonly stop: StopSignals;
  /** Is aborted when somebody asks for the end of a task. */
  readonly cancelSignal: (ordinal: number) => AbortSignal;
  /** Is aborted when a task's attempt must end for now, since its work collides with another's. */
  readonly holdSignal: (ordinal: number) => AbortSignal;
  /** Is aborted while a person works in a task's session, or wants to; a new one when they have left. */
  readonly attachSignal: (ordinal: number) => AbortSignal;
};

/** An issue about what went wrong, ready to be published. */
export type Diagnosis = {
  readonly key: string;
  readonly title: string;
  readonly body: string;
  /** Whether what had failed has succeeded since, so that its issue is closed. */
  readonly isOver: boolean;
};

/** What is limited: tasks under way, agents at once, checks at once. */
export type RunPlaces = {
  readonly tasks: Pool;
  readonly agents: Pool;
  readonly checks: Pool;
  /** Ends the following of a changed number of agents. */
  readonly close: () => void;
};

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
