import { join } from 'node:path';
import type { Agent } from '../agents/agent.ts';
import type { AttemptIntended, AttemptResult } from '../model/event/attempt-event.ts';
import type { Failure } from '../model/failure/failure.ts';
import { limitInWords } from '../model/names.ts';
import { isOver, type AttemptState } from '../model/state/task-state.ts';
import { claimAttempt, findAttempt, type KeptEnd } from '../process/claim.ts';
import { adoptKept, startKept, type Kept, type OutputSink } from '../process/keeper.ts';
import type { TaskEnvironment } from '../workspace/environment/task-environment.ts';
import { memberFor } from '../services/fleet.ts';
import { budgetOf } from '../model/state/run-state.ts';
import type { Services } from '../services/run-services.ts';
import { watchBudget } from './attempt-budget.ts';
import { recordActivities } from './attempt-activity.ts';
import { logBegin, logEnd, restartLog } from './attempt-log.ts';
import { plausibleActivities, plausibleFailure } from './plausible-words.ts';
import { followQuestions } from './follow-questions.ts';
import { openMailbox } from './open-mailbox.ts';
import { prepareCommand } from './prepare-command.ts';
import { readTail } from './read-tail.ts';
import { reportStrays } from './report-strays.ts';
import { watchVitalSigns, type VitalSigns } from './vital-signs.ts';

export type AttemptParams = {
  readonly ordinal: number;
  readonly why: AttemptIntended['why'];
  readonly prompt: string;
  /** The session to continue; null for a new one. */
  readonly session: string | null;
  readonly workspace: string;
  readonly environment: TaskEnvironment;
};

/** Between TERM and KILL, when an agent is ended. */
export const graceSeconds = 5;

/** Starts one agent on one task, and records all that is seen of it until it has ended. */
export async function runAttempt(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  params: AttemptParams,
): Promise<void> {
  const { record } = services;
  const { ordinal } = params;
  const { attempts } = record.task(ordinal);
  const member = memberFor(services.agents.fleet, ordinal, attempts);
  const attempt = attempts.length + 1;
  const directory = join(services.workspaces.controlDirectory(ordinal), `attempt-${attempt}`);
  record.record({
    type: 'attempt-intended',
    task: ordinal,
    attempt,
    agent: member.agent.name,
    why: params.why,
    directory,
    resumes: params.session,
  });
  logBegin(services, ordinal, attempt);
  const mailbox = await openMailbox(services, { ordinal, attempt, directory });
  const { argv: bare, env } = await prepareCommand(services, {
    ...{ member, session: params.session, workspace: params.workspace, mailbox },
    ...{ room: ordinal, maxCostUsd: budgetOf(record.state()) },
  });
  const argv = await services.workspaces.enter({
    room: ordinal,
    workspace: params.workspace,
    argv: bare,
    mailbox,
  });
  const marker = services.workspaces.marker(ordinal, attempt);
  const { timeoutSeconds } = record.state().settings;
  await follow(
    services,
    { ...params, attempt, directory, agent: member.agent, isAdopted: false },
    (sink) =>
      startKept(
        {
          directory,
          argv,
          cwd: params.workspace,
          env: {
            ...params.environment.variables,
            // The environment may be older than the limit.
            TIMEOUT: String(timeoutSeconds),
            ...member.variables,
            ...env,
            ...(mailbox === null ? {} : { FLOTILLA_ASK: mailbox.ask }),
          },
          prompt: params.prompt,
          deadlineSeconds: timeoutSeconds,
          graceSeconds,
          marker,
          secrets: services.settings.secretForms,
        },
        sink,
      ),
  );
}

/**
 * Takes up an attempt whose end the journal does not know: alive, it is adopted; ended meanwhile, its result is taken;
 * dead, that is recorded; never claimed, we claim it, so that a late keeper exits. No agent is started here.
 */
export async function adoptAttempt(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  params: {
    readonly ordinal: number;
    readonly attempt: AttemptState;
    readonly environment: TaskEnvironment;
  },
): Promise<void> {
  const { record } = services;
  const { ordinal, environment } = params;
  const { attempt, directory, session } = params.attempt;
  const found = await findAttempt(directory);
  if (found.state === 'unclaimed') {
    if (!(await claimAttempt(directory, services.agents.self)))
      return adoptAttempt(services, params);
    record.record({ type: 'attempt-adopted', task: ordinal, attempt, found: 'unclaimed' });
    const result = { kind: 'not-started', message: 'the orchestrator died before it' } as const;
    record.record({
      type: 'attempt-ended',
      task: ordinal,
      attempt,
      result,
      claim: '',
      failure: null,
    });
    return;
  }
  record.record({ type: 'attempt-adopted', task: ordinal, attempt, found: found.how });
  const agent =
    services.agents.agentNamed(params.attempt.agent) ?? services.agents.fleet.first.agent;
  await restartLog(services, ordinal, attempt);
  logBegin(services, ordinal, attempt);
  const workspace = record.task(ordinal).workspace?.path ?? '';
  const marker = services.workspaces.marker(ordinal, attempt);
  const following = {
    ordinal,
    attempt,
    directory,
    session,
    workspace,
    environment,
    agent,
    isAdopted: true,
  };
  await follow(services, following, (sink) =>
    Promise.resolve(
      adoptKept(
        { directory, keeper: found.keeper, marker, secrets: services.settings.secretForms },
        sink,
      ),
    ),
  );
}

type Following = {
  readonly ordinal: number;
  readonly attempt: number;
  readonly directory: string;
  readonly session: string | null;
  readonly workspace: string;
  readonly environment: TaskEnvironment;
  readonly agent: Agent;
  readonly isAdopted: boolean;
};

async function follow(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  params: Following,
  begin: (sink: OutputSink) => Promise<Kept>,
): Promise<void> {
  const { record } = services;
  const { ordinal, attempt } = params;
  // Its limit stays as it is, whatever is changed meanwhile.
  const { timeoutSeconds } = record.state().settings;
  const reader = params.agent.reader(params.workspace);
  let isReplay = params.isAdopted;
  let vitalSigns: VitalSigns | null = null;
  const activities = recordActivities(services, { ...params, isReplay: () => isReplay });
  const budget = watchBudget(services, { ...params, onOver: () => stop('over-budget') });
  const ending: { why: StopWhy | null; kept: Kept | null } = { why: null, kept: null };
  const stop = (why: StopWhy): void => {
    ending.why ??= why;
    ending.kept?.stop().catch(() => undefined);
  };
  const questions = followQuestions(services, params);
  const isTold = (): boolean => record.task(ordinal).told.some(({ after }) => after === attempt);
  const isToMakeWay = (): boolean =>
    record.task(ordinal).attached !== null && !isOver(record.task(ordinal));
  record.listen((event) => {
    if (event.type === 'task-told' && event.task === ordinal && isTold()) stop('told');
    if (event.type === 'attach-requested' && event.task === ordinal && isToMakeWay())
      stop('attached');
  });
  if (isTold()) ending.why = 'told';
  if (isToMakeWay()) ending.why = 'attached';
  const kept = await begin((text, stream) => {
    vitalSigns?.sawOutput(Buffer.byteLength(text));
    if (stream !== 'output') return;
    const seen = plausibleActivities(reader.read(text));
    activities.take(seen);
    budget.take(seen);
  });
  void kept.caughtUp.then(
    () => (isReplay = false),
    () => undefined,
  );
  try {
    ending.kept = kept;
    // What it had written before we had it in hand may be too much already.
    if (ending.why !== null) stop(ending.why);
    if (!params.isAdopted)
      record.record({ type: 'attempt-started', task: ordinal, attempt, keeper: kept.keeper });
    params.environment.shareWith(kept.keeper);
    const keeperPid = kept.keeper.pid;
    vitalSigns = watchVitalSigns(services, {
      ...{ ...params, keeperPid, onDead: () => stop('stalled') },
      isWaiting: questions.isWaiting,
    });
    const end = await untilEnded(services, { ordinal, kept, stop });
    await reportStrays(services, { ...params, keeper: kept.keeper, end });
    const result = resultOf(end, ending.why);
    const conclusion = reader.conclude(result, await readTail(join(params.directory, 'errors')));
    const claim = conclusion.claim.slice(0, 2_000);
    const failure = failureOf(services, result, {
      claimed: plausibleFailure(conclusion.failure, services.clock.now()),
      budget: budget.failure(),
      timeoutSeconds,
    });
    record.record({ type: 'attempt-ended', task: ordinal, attempt, result, claim, failure });
    logEnd(services, ordinal, { result, failure });
  } catch (error) {
    // Whatever broke here, no agent keeps working without anybody following it.
    await kept.stop().catch(() => undefined);
    throw error;
  } finally {
    vitalSigns?.close();
    await questions.close();
  }
}

type StopWhy = Extract<AttemptResult, { kind: 'stopped' }>['why'];

async function untilEnded(
  services: Services<'clock'>,
  params: { readonly ordinal: number; readonly kept: Kept; readonly stop: (why: StopWhy) => void },
): Promise<KeptEnd> {
  const onNow = (): void => params.stop('interrupted');
  const onCancel = (): void => params.stop('cancelled');
  const onHold = (): void => params.stop('held');
  const cancel = services.clock.cancelSignal(params.ordinal);
  const hold = services.clock.holdSignal(params.ordinal);
  services.clock.stop.now.addEventListener('abort', onNow, { once: true });
  cancel.addEventListener('abort', onCancel, { once: true });
  hold.addEventListener('abort', onHold, { once: true });
  if (cancel.aborted) onCancel();
  if (hold.aborted) onHold();
  if (services.clock.stop.now.aborted) onNow();
  try {
    return await params.kept.ended;
  } finally {
    services.clock.stop.now.removeEventListener('abort', onNow);
    cancel.removeEventListener('abort', onCancel);
    hold.removeEventListener('abort', onHold);
  }
}

/** The keeper knows only that it was told to stop; we know why, unless an orchestrator before us told it. */
function resultOf(kept: KeptEnd, stopWhy: StopWhy | null): AttemptResult {
  const { left: _left, unheld: _unheld, ...end } = kept;
  if (end.kind === 'stopped')
    return {
      kind: 'stopped',
      why: end.why === 'timed-out' ? 'timed-out' : (stopWhy ?? 'interrupted'),
    };
  return end.kind === 'lost' && stopWhy !== null ? { kind: 'stopped', why: stopWhy } : end;
}

function failureOf(
  services: Services<'record'>,
  result: AttemptResult,
  seen: {
    readonly claimed: Failure | null;
    readonly budget: Failure | null;
    readonly timeoutSeconds: number;
  },
): Failure | null {
  if (result.kind !== 'stopped') return seen.claimed;
  const { timeoutSeconds } = seen;
  const { stallSeconds } = services.record.state().settings;
  switch (result.why) {
    case 'interrupted':
    case 'cancelled':
    case 'held':
    case 'told':
    case 'attached':
      return null;
    case 'over-budget':
      return seen.budget;
    case 'timed-out':
      return {
        reason: 'timed-out',
        message: `Agent timeout after ${limitInWords(timeoutSeconds)}`,
        limitSeconds: timeoutSeconds,
      };
    case 'stalled':
      return {
        reason: 'stalled',
        message: `No output, file change or CPU time for ${limitInWords(stallSeconds * 2)}`,
        silentSeconds: stallSeconds * 2,
      };
  }
}
