import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentConclusion } from '../agents/agent.ts';
import type { AttemptIntended, AttemptResult } from '../model/event.ts';
import type { Failure } from '../model/failure.ts';
import { limitInWords } from '../model/names.ts';
import { startKept, type Kept, type KeptEnd } from '../process/keeper.ts';
import type { TaskEnvironment } from '../workspace/task-environment.ts';
import { recordActivities } from './attempt-activity.ts';
import type { RunTools } from './run-tools.ts';

export type AttemptOrder = {
  readonly ordinal: number;
  readonly why: AttemptIntended['why'];
  readonly prompt: string;
  /** The session to go on with; null for a new one. */
  readonly session: string | null;
  readonly workspace: string;
  readonly environment: TaskEnvironment;
};

/** How an attempt ended: with a claim that is to be verified, with a failure, or because the user ended it. */
export type AttemptOutcome =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'interrupted' };

const graceSeconds = 5;

/** Runs one agent on one task, once, and records all that was seen of it. */
export async function runAttempt(tools: RunTools, order: AttemptOrder): Promise<AttemptOutcome> {
  const { record } = tools;
  const { ordinal } = order;
  const attempt = record.task(ordinal).attempts.length + 1;
  const directory = join(tools.controlDirectory(ordinal), `attempt-${attempt}`);
  record.record({
    type: 'attempt-intended',
    task: ordinal,
    attempt,
    agent: tools.agent.name,
    why: order.why,
    directory,
    resumes: order.session,
  });
  const reader = tools.agent.reader();
  const activities = recordActivities(tools, { ordinal, attempt, session: order.session });
  const kept = await startAgent(tools, order, directory, (text) => {
    activities.sawOutput(Buffer.byteLength(text));
    activities.take(reader.read(text));
  });
  record.record({ type: 'attempt-started', task: ordinal, attempt, keeper: kept.keeper });
  order.environment.shareWith(kept.keeper);
  const end = await untilEnded(tools, kept, () => activities.beat(kept.keeper.pid));
  activities.close();
  const result = resultOf(end);
  const conclusion = reader.conclude(result, await readTail(join(directory, 'errors')));
  const failure = failureOf(tools, result, conclusion);
  record.record({
    type: 'attempt-ended',
    task: ordinal,
    attempt,
    result,
    claim: conclusion.claim.slice(0, 2_000),
    failure,
  });
  if (result.kind === 'stopped' && result.why === 'interrupted') return { kind: 'interrupted' };
  return failure === null ? { kind: 'claimed' } : { kind: 'failed', failure };
}

async function startAgent(
  tools: RunTools,
  order: AttemptOrder,
  directory: string,
  onOutput: (text: string) => void,
): Promise<Kept> {
  const { argv, env } = tools.agent.command(tools.program, {
    model: tools.record.state().settings.model,
    maxTurns: tools.settings.maxTurns,
    maxCostUsd: tools.settings.maxCostUsd,
    session: order.session,
    allowedCommands: [...tools.checks.map(({ command }) => command), ...(tools.setup ? [tools.setup] : [])],
  });
  return startKept(
    {
      directory,
      argv,
      cwd: order.workspace,
      env: { ...order.environment.variables, ...tools.agentVariables, ...env },
      prompt: order.prompt,
      deadlineSeconds: tools.record.state().settings.timeoutSeconds,
      graceSeconds,
      marker: `${tools.record.run}/${order.ordinal}`,
    },
    onOutput,
  );
}

async function untilEnded(tools: RunTools, kept: Kept, beat: () => void): Promise<KeptEnd> {
  const onStop = (): void => void kept.stop();
  tools.stop.now.addEventListener('abort', onStop, { once: true });
  if (tools.stop.now.aborted) onStop();
  const pulse = setInterval(beat, tools.settings.statusIntervalSeconds * 1_000);
  try {
    return await kept.ended;
  } finally {
    clearInterval(pulse);
    tools.stop.now.removeEventListener('abort', onStop);
  }
}

/** The keeper knows only that it was told to stop; we know why. */
function resultOf(end: KeptEnd): AttemptResult {
  if (end.kind !== 'stopped') return end;
  return { kind: 'stopped', why: end.why === 'timed-out' ? 'timed-out' : 'interrupted' };
}

function failureOf(
  tools: RunTools,
  result: AttemptResult,
  conclusion: AgentConclusion,
): Failure | null {
  if (result.kind !== 'stopped') return conclusion.failure;
  if (result.why !== 'timed-out') return null;
  const limitSeconds = tools.record.state().settings.timeoutSeconds;
  const message = `Agent timeout after ${limitInWords(limitSeconds)}`;
  return { reason: 'timed-out', message, limitSeconds };
}

async function readTail(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.slice(-8_000);
}

