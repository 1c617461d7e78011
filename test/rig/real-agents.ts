import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  Agent,
  AgentActivity,
  AgentConclusion,
  AgentRequest,
} from '../../src/agents/agent.ts';
import { pickVariables } from '../../src/agents/program/pick-variables.ts';
import type { AttemptResult } from '../../src/model/event/attempt-event.ts';
import type { KeptEnd } from '../../src/process/claim.ts';
import { startKept } from '../../src/process/keeper.ts';

const plainRequest: AgentRequest = {
  model: null,
  maxTurns: null,
  maxCostUsd: null,
  session: null,
  allowedCommands: [],
  isSandboxed: false,
  gitDirectories: [],
  filesDirectory: '/nowhere',
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
  /** Ends it, as a stop of ours does. */
  readonly stop?: AbortSignal;
};

export type RealOutcome = {
  readonly activities: readonly AgentActivity[];
  readonly conclusion: AgentConclusion;
  readonly result: AttemptResult;
  readonly session: string | null;
  readonly costUsd: number | null;
};

/** Runs an agent program to its end, under a keeper and with a private HOME, and reads it as a run would. */
export async function runRealAgent(attempt: RealAttempt): Promise<RealOutcome> {
  const { agent, program, directory, prompt } = attempt;
  const control = mkdtempSync(join(tmpdir(), 'flotilla-attempt-'));
  try {
    const request = { ...plainRequest, filesDirectory: join(control, 'agent'), ...attempt.request };
    const command = agent.command({ path: program }, request);
    // Some leave things in the place for temporary files.
    const temporary = join(control, 'tmp');
    mkdirSync(request.filesDirectory);
    mkdirSync(temporary);
    for (const [name, text] of Object.entries(command.files ?? {}))
      writeFileSync(join(request.filesDirectory, name), text);
    const reader = agent.reader(directory);
    const activities: AgentActivity[] = [];
    const kept = await startKept(
      {
        directory: join(control, 'attempt'),
        argv: command.argv,
        cwd: directory,
        env: environmentOf(attempt, command.env, temporary),
        prompt,
        // For a program that hangs: it must not outlive the test that gives up on it.
        deadlineSeconds: 100,
        graceSeconds: 5,
        marker: control,
      },
      (text, stream) => {
        if (stream === 'output') activities.push(...reader.read(text));
      },
    );
    const stop = (): void => void kept.stop().catch(() => undefined);
    attempt.stop?.addEventListener('abort', stop);
    if (attempt.stop?.aborted === true) stop();
    const result = resultOf(await kept.ended);
    attempt.stop?.removeEventListener('abort', stop);
    const errors = readFileSync(join(control, 'attempt', 'errors'), 'utf8');
    return { activities, conclusion: reader.conclude(result, errors), result, ...gist(activities) };
  } finally {
    rmSync(control, { recursive: true, force: true });
  }
}

function environmentOf(
  { agent, home, env }: RealAttempt,
  own: Readonly<Record<string, string>>,
  temporary: string,
): NodeJS.ProcessEnv {
  const who = { NAME: 'Agent', EMAIL: 'agent@example.invalid' };
  return {
    ...pickVariables(agent.variables, env),
    PATH: process.env['PATH'],
    TMPDIR: temporary,
    HOME: home,
    ...(env['FLOTILLA_ASK'] === undefined ? {} : { FLOTILLA_ASK: env['FLOTILLA_ASK'] }),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: who.NAME,
    GIT_AUTHOR_EMAIL: who.EMAIL,
    GIT_COMMITTER_NAME: who.NAME,
    GIT_COMMITTER_EMAIL: who.EMAIL,
    ...own,
  };
}

function resultOf(end: KeptEnd): AttemptResult {
  if (end.kind !== 'stopped') return end;
  return { kind: 'stopped', why: end.why === 'timed-out' ? 'timed-out' : 'interrupted' };
}

function gist(activities: readonly AgentActivity[]): Pick<RealOutcome, 'session' | 'costUsd'> {
  const session = activities.find(({ kind }) => kind === 'session');
  const usage = activities.findLast(({ kind }) => kind === 'usage');
  return {
    session: session?.kind === 'session' ? session.session : null,
    costUsd: usage?.kind === 'usage' ? usage.sessionCostUsd : null,
  };
}
