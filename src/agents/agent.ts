import type { AttemptResult, Stage } from '../model/event/attempt-event.ts';
import type { Failure } from '../model/failure/failure.ts';
import type { Result } from '../model/result.ts';
import type { CredentialProbe } from './program/credential-probe.ts';
import type { KnownProgram } from './program/known-program.ts';

/** What an agent program can do. Flotilla distinguishes agents by these, never by their names. */
export type AgentCapabilities = {
  /** It reports what a run cost in US dollars. */
  readonly tellsCost: boolean;
  readonly tellsTokens: boolean;
  /** It reports each use of a tool as it happens, so that we can count them. */
  readonly tellsTurns: boolean;
  /** A session can continue with a further prompt. */
  readonly resumes: boolean;
  readonly limitsTurns: boolean;
  readonly limitsCost: boolean;
  /** It has its own sandbox, which is on. */
  readonly hasSandbox: boolean;
};

/** The capabilities of an unknown program. */
export const noCapabilities: AgentCapabilities = {
  tellsCost: false,
  tellsTokens: false,
  tellsTurns: false,
  resumes: false,
  limitsTurns: false,
  limitsCost: false,
  hasSandbox: false,
};

/** What an attempt asks of an agent program. */
export type AgentRequest = {
  readonly model: string | null;
  readonly maxTurns: number | null;
  /** US dollars. */
  readonly maxCostUsd: number | null;
  /** The session to continue; null for a new one. */
  readonly session: string | null;
  /** Commands of the project (its checks and setup) that the agent may run without asking. */
  readonly allowedCommands: readonly string[];
  /** Whether it runs inside our own sandbox, in which no other one can be made. */
  readonly isSandboxed: boolean;
  /** Absolute: what git writes to when it commits in the workspace. They lie outside it. */
  readonly gitDirectories: readonly string[];
  /** How it may ask a person; null, or left out: it cannot. */
  readonly asking?: AskingServer | null;
  /** Absolute: where the command's `files` will lie. */
  readonly filesDirectory: string;
};

/** What a person asks of an agent program who opens a session: it has no limits but theirs, and asks them itself. */
export type OpenRequest = Pick<
  AgentRequest,
  'model' | 'allowedCommands' | 'isSandboxed' | 'gitDirectories' | 'filesDirectory'
> & { readonly session: string };

/** A server of the Model Context Protocol by which an agent asks a person: `ask_person` is its one tool. */
export type AskingServer = {
  /** The server's program and its arguments. */
  readonly server: readonly [string, ...string[]];
  /** How long a call may take. */
  readonly timeoutSeconds: number;
};

/** How to start an agent program. Its prompt comes on standard input; issue text is never part of this. */
export type AgentCommand = {
  /** The program (an absolute path) and its arguments. No shell reads it. */
  readonly argv: readonly [string, ...string[]];
  /** Variables beyond those that every attempt gets. */
  readonly env: Readonly<Record<string, string>>;
  /** Files that it is to find in `filesDirectory`, by their names. */
  readonly files?: Readonly<Record<string, string>>;
};

/** One thing that an agent did, read from its output. */
export type AgentActivity =
  | { readonly kind: 'session'; readonly session: string; readonly model: string | null }
  /** It said something, or used a tool; `summary` is one line for people, `text` goes to the task's log. */
  | { readonly kind: 'said'; readonly summary: string; readonly text: string }
  | { readonly kind: 'stage'; readonly stage: Stage; readonly evidence: string }
  /** It used a tool: what a limit of turns counts where the program has none of its own. */
  | { readonly kind: 'turn' }
  /** Cumulative, as the program reports it: over the whole session, or over this attempt alone where it says so. */
  | {
      readonly kind: 'usage';
      readonly over?: 'session' | 'attempt';
      readonly sessionCostUsd: number | null;
      readonly inputTokens: number | null;
      readonly outputTokens: number | null;
    };

/** What an agent's output and the end of its process amount to, before anything is verified. */
export type AgentConclusion = {
  /** Its last words; at most 2,000 characters. */
  readonly claim: string;
  /** Null when nothing is wrong. */
  readonly failure: Failure | null;
};

/** Reads one attempt's output as it grows. */
export type AgentReader = {
  /** Takes the next piece of standard output, cut anywhere, and gives what it completes. */
  readonly read: (chunk: string) => readonly AgentActivity[];
  /** To be called once, when all output was read. `errors` is the tail of standard error. */
  readonly conclude: (result: AttemptResult, errors: string) => AgentConclusion;
};

/** A program that works on a task: the interface that the files next to this one implement. */
export type Agent = {
  /** As the user gives it: `claude`, `command:./my-agent --fast`. */
  readonly name: string;
  readonly capabilities: AgentCapabilities;
  /**
   * Names (or `PREFIX_*`) of the user's variables that this program needs beyond what every attempt gets. A leading
   * `!` takes a name (or prefix) out again, wherever it stands: `!CLAUDE_CODE_ENTRYPOINT`. `NAME?SWITCH` means `NAME`,
   * but only where `SWITCH` is set and not empty: `AWS_PROFILE?CLAUDE_CODE_USE_BEDROCK`. `pickVariables` reads such
   * lists.
   */
  readonly variables: readonly string[];
  /** What of the user's own files this program needs in a sandbox, where HOME is otherwise the task's own. */
  readonly home: readonly AgentHomePath[];
  /** What is known of the program; null for what the user brings. */
  readonly known: KnownProgram | null;
  /** Looks for the program, so that a missing one is reported before anything starts. */
  readonly locate: (env: NodeJS.ProcessEnv) => Promise<Result<AgentProgram, AgentMissing>>;
  /**
   * Finds out, at no cost and without starting it, whether its credentials are known not to work. Left out where that
   * cannot be found out.
   */
  readonly probe?: CredentialProbe;
  readonly command: (program: AgentProgram, request: AgentRequest) => AgentCommand;
  /**
   * How a person works in a session in the program's own interface, in their terminal: what an attempt may do without
   * asking, it may here; about the rest it asks them. Left out where the program has no such interface.
   */
  readonly open?: (program: AgentProgram, request: OpenRequest) => AgentCommand;
  /**
   * How it answers a prompt in one turn and with no tool at all, not even to read a file. Left out where the program
   * cannot be kept from its tools.
   */
  readonly answer?: (
    program: AgentProgram,
    request: Pick<AgentRequest, 'model' | 'maxCostUsd'>,
  ) => AgentCommand;
  /** `directory` is where the program works: paths are relative to it. */
  readonly reader: (directory?: string) => AgentReader;
};

/** A file or directory of the user's that an agent program needs. */
export type AgentHomePath = {
  /** Below HOME; or `$NAME` and what follows: below the directory that a variable names. */
  readonly path: string;
  /** `copy`: a private copy, so that what the program writes there changes nothing of the user's. */
  readonly mode: 'read' | 'write' | 'copy';
};

export type AgentProgram = {
  /** Absolute. */
  readonly path: string;
};

export type AgentMissing = {
  readonly code: 'agent-missing';
  readonly agent: string;
  readonly program: string;
  /** How to get it. */
  readonly fix: string;
};
