import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentActivity } from '../../agents/agent.ts';
import { ForeignGitError } from '../../git/git.ts';
import type { AttemptResult } from '../../model/event/attempt-event.ts';
import type { ControlOutcome } from '../../model/event/control-event.ts';
import { budgetOf, spentOn } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import type { KeptEnd } from '../../process/claim.ts';
import { startKept, type Kept } from '../../process/keeper.ts';
import { endMarked } from '../../process/process-tree.ts';
import { runCheck } from '../../verification/run-check.ts';
import type { TaskEnvironment } from '../../workspace/environment/task-environment.ts';
import { readStatus } from '../../workspace/salvage/work-status.ts';
import { memberFor } from '../../services/fleet.ts';
import { plausibleActivities } from '../../attempts/plausible-words.ts';
import { prepareCommand } from '../../attempts/prepare-command.ts';
import { readTail } from '../../attempts/read-tail.ts';
import { graceSeconds } from '../../attempts/run-attempt.ts';
import { setupOf } from '../../services/planned-task.ts';
import { shellIn, soloRoom, type Room } from '../../services/run-workspaces.ts';
import type { Services } from '../../services/run-services.ts';
import { openControlMailbox, type ControlMailbox } from './control-mailbox.ts';

type Control = {
  readonly services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>;
  readonly ordinal: number;
  readonly room: Room;
  readonly path: string;
  readonly directory: string;
  readonly baseSha: string;
  readonly marker: string;
  readonly environment: TaskEnvironment;
  /** Aborted when somebody ends it. */
  readonly signal: AbortSignal;
};

/**
 * Runs a task that succeeded a second time: the same agent with the same prompt on the same commit, then setup and checks
 * as they are. Its time is journalled; its workspace goes with all that was made there, and nothing of it is published.
 */
export async function runControl(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  task: TaskState,
): Promise<void> {
  const { record } = services;
  const { ordinal, workspace } = task;
  const first = task.attempts[0];
  const prompt = await readFile(join(first?.directory ?? '', 'prompt'), 'utf8').catch(() => null);
  // Its files were cleaned away: its agent's prompt is no longer known.
  if (workspace === null || first === undefined || prompt === null) return;
  const room = soloRoom(ordinal);
  const path = services.workspaces.workspacePath(room);
  const marker = services.workspaces.marker(ordinal, 'solo');
  const directory = freeDirectory(services.workspaces.controlDirectory(room));
  const { branch, baseSha } = workspace;
  record.record({ type: 'control-intended', task: ordinal, agent: first.agent, directory });
  const environment = await services.workspaces.openEnvironment(room);
  try {
    await services.workspaces.discard(path);
    await services.workspaces.create({ path, branch, commit: baseSha, isThrownAway: true });
    await services.workspaces.copyIgnored(path);
    const signal = endSignal(services, ordinal);
    const control: Control = {
      services,
      ordinal,
      room,
      path,
      directory,
      baseSha,
      marker,
      environment,
      signal,
    };
    const outcome = await measure(control, prompt);
    record.record({
      ...{ type: 'control-ended', task: ordinal },
      outcome: signal.aborted ? { kind: 'cut-short' } : outcome,
    });
  } finally {
    await endMarked((found) => found === marker, graceSeconds * 1_000);
    await environment.close();
    await services.workspaces.discard(path);
    await services.workspaces.forgetSandbox(room);
  }
}

/** A claim is taken once; a journal that was made again may have forgotten one. */
function freeDirectory(above: string): string {
  for (let number = 1; ; number += 1) {
    const path = join(above, `attempt-${number}`);
    if (!existsSync(path)) return path;
  }
}

/** The run is ended at once, or somebody cancels it, or this task. */
function endSignal({ record, clock }: Services<'record' | 'clock'>, ordinal: number): AbortSignal {
  const cancelled = new AbortController();
  record.listen((event) => {
    const isMeant = event.type === 'cancel-requested' && (event.tasks?.includes(ordinal) ?? true);
    if (isMeant) cancelled.abort();
  });
  return AbortSignal.any([clock.stop.now, cancelled.signal]);
}

async function measure(control: Control, prompt: string): Promise<ControlOutcome> {
  const { services, signal } = control;
  const setup = setupOf(services);
  let aloneMs = 0;
  const check = async (name: string, command: string): Promise<string | null> => {
    const result = await runCommandOf(control, { name, command });
    aloneMs += result.durationMs;
    return result.state === 'passed' ? null : `${command} ${result.state.replaceAll('-', ' ')}`;
  };
  const unprepared = setup === null ? null : await check('setup', setup);
  if (unprepared !== null) return { kind: 'failed', message: unprepared };
  if (signal.aborted) return { kind: 'cut-short' };
  const begun = services.clock.elapsed();
  const failure = await runAgent(control, prompt);
  aloneMs += services.clock.elapsed() - begun;
  if (failure !== null) return { kind: 'failed', message: failure };
  if (!(await hasWork(control))) return { kind: 'failed', message: 'its agent changed nothing' };
  for (const { name, command } of services.settings.checks) {
    if (signal.aborted) return { kind: 'cut-short' };
    const red = await check(name, command);
    if (red !== null) return { kind: 'failed', message: red };
  }
  return { kind: 'measured', aloneMs: Math.round(aloneMs) };
}

/** Runs the agent to its end; gives what spoke against it. */
async function runAgent(control: Control, prompt: string): Promise<string | null> {
  const mailbox = await openControlMailbox(control.services, control);
  try {
    return await runAgentWith(control, prompt, mailbox);
  } finally {
    await mailbox?.close();
  }
}

async function runAgentWith(
  control: Control,
  prompt: string,
  asking: ControlMailbox | null,
): Promise<string | null> {
  const { services, ordinal, room, path, directory, marker, environment, signal } = control;
  const member = memberFor(services.agents.fleet, ordinal, []);
  const state = services.record.state();
  const budget = budgetOf(state);
  const left = budget === null ? null : budget - spentOn(state);
  const ending: { why: string | null; kept: Kept | null } = { why: null, kept: null };
  const stop = (why: string): void => {
    ending.why ??= why;
    ending.kept?.stop().catch(() => undefined);
  };
  const mailbox = asking?.mailbox ?? null;
  const { argv: bare, env } = await prepareCommand(services, {
    ...{ member, room, workspace: path, session: null, maxCostUsd: left },
    mailbox,
  });
  const argv = await services.workspaces.enter({
    ...{ room, workspace: path, argv: bare, mailbox },
  });
  const reader = member.agent.reader(path);
  const watch = watchLimits(control, stop);
  const kept = await startKept(
    {
      ...{
        directory,
        argv,
        cwd: path,
        prompt,
        graceSeconds,
        marker,
        secrets: services.settings.secretForms,
      },
      env: { ...environment.variables, ...member.variables, ...env, ...asking?.variables },
      deadlineSeconds: services.record.state().settings.timeoutSeconds,
    },
    (text, stream) => {
      if (stream === 'output') watch(plausibleActivities(reader.read(text)));
    },
  );
  ending.kept = kept;
  const onEnd = (): void => stop('it was ended');
  signal.addEventListener('abort', onEnd, { once: true });
  if (signal.aborted) onEnd();
  else if (ending.why !== null) stop(ending.why);
  environment.shareWith(kept.keeper);
  const end = await kept.ended.finally(() => signal.removeEventListener('abort', onEnd));
  const errors = await readTail(join(directory, 'errors'));
  const { failure } = reader.conclude(resultOf(end), errors);
  if (ending.why !== null) return ending.why;
  if (end.kind === 'stopped') return 'its agent took longer than it is allowed';
  return failure?.message ?? null;
}

function resultOf(end: KeptEnd): AttemptResult {
  const { left: _left, unheld: _unheld, ...result } = end;
  return result.kind === 'stopped'
    ? { kind: 'stopped', why: result.why === 'timed-out' ? 'timed-out' : 'interrupted' }
    : result;
}

/** Journals what it costs, and ends it when it costs too much or takes too many turns. */
function watchLimits(
  { services, ordinal }: Control,
  stop: (why: string) => void,
): (activities: readonly AgentActivity[]) => void {
  const { record } = services;
  const { limitsTurns } = memberFor(services.agents.fleet, ordinal, []).agent.capabilities;
  const { maxTurns = null, maxCostUsd = null } = record.state().settings;
  let turns = 0;
  return (activities) => {
    for (const activity of activities) {
      if (activity.kind === 'turn') turns += 1;
      const costUsd = activity.kind === 'usage' ? activity.sessionCostUsd : null;
      if (costUsd !== null && costUsd !== record.task(ordinal).control?.costUsd)
        record.record({ type: 'control-cost', task: ordinal, costUsd });
    }
    if (maxTurns !== null && !limitsTurns && turns > maxTurns) stop('it took too many turns');
    if (maxCostUsd !== null && spentOn(record.state()) > maxCostUsd)
      stop('it cost more than the run may');
  };
}

async function runCommandOf(
  { services, room, path, directory, marker, environment, signal }: Control,
  { name, command }: { readonly name: string; readonly command: string },
) {
  return runCheck({
    ...{ name, command, marker, signal, cwd: path, env: environment.variables },
    argv: await shellIn(services.workspaces, { room, workspace: path, command }),
    timeLimitSeconds: services.record.state().settings.checkTimeoutSeconds,
    log: `${directory}-${name.replaceAll(/[^\w.-]+/gu, '-').slice(0, 60)}.log`,
    secrets: services.settings.secretForms,
  });
}

/** Whether its agent changed anything, committed or not. What it left unreadable is no work. */
async function hasWork({ services, path, marker, baseSha, signal }: Control): Promise<boolean> {
  try {
    await services.workspaces.visit(path, { marker, signal });
    const { head, entries } = await readStatus(services.workspaces.git(path, { signal }), 'normal');
    return head !== baseSha || entries.some((entry) => !isArtefact(services, entry.path));
  } catch (error) {
    if (error instanceof ForeignGitError) return false;
    throw error;
  }
}

function isArtefact({ record }: Services<'record'>, path: string): boolean {
  const { artefacts, changedByChecks } = record.state();
  return [...artefacts, ...changedByChecks].includes(path);
}
