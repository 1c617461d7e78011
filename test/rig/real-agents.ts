import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type {
  Agent,
  AgentActivity,
  AgentConclusion,
  AgentRequest,
} from '../../src/agents/agent.ts';
import { pickVariables } from '../../src/agents/pick-variables.ts';
import type { AttemptResult } from '../../src/model/event.ts';

const plainRequest: AgentRequest = {
  model: null,
  maxTurns: null,
  maxCostUsd: null,
  session: null,
  allowedCommands: [],
};

/** One attempt of a real agent program. */
export type RealAttempt = {
  readonly agent: Agent;
  readonly program: string;
  readonly request?: Partial<AgentRequest>;
  readonly prompt: string;
  /** The repository to work in. */
  readonly directory: string;
  readonly home: string;
  /** The user's environment: the agent gets from it what it says that it needs. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends it with SIGTERM, as a stop of ours does. */
  readonly stop?: AbortSignal;
};

export type RealOutcome = {
  readonly activities: readonly AgentActivity[];
  readonly conclusion: AgentConclusion;
  readonly result: AttemptResult;
  readonly session: string | null;
  readonly costUsd: number | null;
};

/** Runs an agent program to its end, with a private HOME, and reads it as a run would. */
export async function runRealAgent(attempt: RealAttempt): Promise<RealOutcome> {
  const { agent, program, directory, prompt } = attempt;
  const command = agent.command({ path: program }, { ...plainRequest, ...attempt.request });
  const [file, ...args] = command.argv;
  const env = environmentOf(attempt, command.env);
  // The time limit is for a program that hangs: it must not outlive the test that gives up on it.
  const child = spawn(file, args, { cwd: directory, env, timeout: 50_000, killSignal: 'SIGKILL' });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const stop = (): boolean => child.kill('SIGTERM');
  attempt.stop?.addEventListener('abort', stop);

  const reader = agent.reader();
  const activities: AgentActivity[] = [];
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    activities.push(...reader.read(chunk));
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  child.stdin.end(prompt);
  const [code] = await ended;
  attempt.stop?.removeEventListener('abort', stop);
  const result = resultOf(code, attempt.stop?.aborted === true);
  return { activities, conclusion: reader.conclude(result, errors), result, ...gist(activities) };
}

function environmentOf(
  { agent, home, env }: RealAttempt,
  own: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const who = { NAME: 'Agent', EMAIL: 'agent@example.invalid' };
  return {
    ...pickVariables(agent.variables, env),
    PATH: process.env['PATH'],
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: who.NAME,
    GIT_AUTHOR_EMAIL: who.EMAIL,
    GIT_COMMITTER_NAME: who.NAME,
    GIT_COMMITTER_EMAIL: who.EMAIL,
    ...own,
  };
}

function resultOf(code: number | null, wasStopped: boolean): AttemptResult {
  if (wasStopped) return { kind: 'stopped', why: 'interrupted' };
  return code === null ? { kind: 'lost' } : { kind: 'exited', code };
}

function gist(activities: readonly AgentActivity[]): Pick<RealOutcome, 'session' | 'costUsd'> {
  const session = activities.find(({ kind }) => kind === 'session');
  const usage = activities.findLast(({ kind }) => kind === 'usage');
  return {
    session: session?.kind === 'session' ? session.session : null,
    costUsd: usage?.kind === 'usage' ? usage.sessionCostUsd : null,
  };
}
