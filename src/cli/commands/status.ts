import { plainBlock, plainJson } from '../../model/text/plain-text.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { begunPhase } from '../../model/state/phases.ts';
import { runStatus } from '../../model/state/run-status.ts';
import { currentPhase, type RunState } from '../../model/state/run-state.ts';
import type { AttachedState } from '../../model/state/attached-state.ts';
import { toldQuestions } from '../../model/state/question-state.ts';
import { taskCost, type TaskState } from '../../model/state/task-state.ts';
import { failureType } from '../../diagnosis/diagnosis-of.ts';
import { isAlive } from '../../process/identity.ts';
import { renderFrame } from '../../reporting/live/frame.ts';
import { outcomeOf } from '../../reporting/ending/outcome.ts';
import { continueCommand, goOnCommand } from '../../reporting/ending/retry-command.ts';
import { followRun, whenLeft } from '../../app/run/follow-run.ts';
import { findPlace, findRun, findSoundRun } from '../../app/place/find-place.ts';
import { findRevision } from '../../git/refs.ts';
import type { CommandContext } from '../command-context.ts';
import { asTypedHere } from '../as-typed-here.ts';
import { chooseOutput } from '../run-output.ts';
import { tellDamage } from '../tell-damage.ts';

/** `flotilla status [issue]`: how a run stands, also from another terminal, also after its orchestrator died. */
export async function status(
  issue: string | undefined,
  options: { readonly json?: boolean | undefined; readonly watch?: boolean | undefined },
  context: CommandContext,
): Promise<number> {
  if (options.watch) return watchRun(issue, context);
  const place = await findPlace(context.directory, context.env);
  const found = await findSoundRun(place, issue);
  found.journal.close();
  const { damages } = found;
  const state = asTypedHere(found.state);
  const isOrchestratorAlive = state.ended === null && (await isAlive(state.orchestrator));
  const { git } = place.repository;
  const base = await findRevision(git, `refs/remotes/flotilla/${state.base.branch}`);
  const sha = base ?? state.base.sha;
  if (options.json) {
    const damage = damages.find(({ run }) => run === state.run) ?? null;
    const report = { ...asJson(state, isOrchestratorAlive, sha), ...(damage && { damage }) };
    context.stdout.write(`${plainJson(report)}\n`);
    return tellDamage(damages, context.stderr);
  }
  const { stdout } = context;
  // What goes into a pipe is never cut.
  const width = stdout.isTTY ? stdout.columns - 1 : Infinity;
  const height = stdout.isTTY ? state.tasks.length + 12 : Infinity;
  const isColour = stdout.isTTY && !context.env['NO_COLOR'];
  const frame = renderFrame({
    ...{ state, now: Date.now(), width, height, isColour },
    stops: 'nothing',
  });
  stdout.write(`${frame.trimEnd()}\n`);
  const word = runStatus(state, isOrchestratorAlive);
  if (damages.some(({ run }) => run === state.run)) {
    stdout.write(`\n${state.run} was ${word} as far as its journal can be read.\n`);
    return tellDamage(damages, context.stderr);
  }
  stdout.write(
    `\n${plainBlock(`${state.run} is ${word}.${adviceFor(state, word)}\n${nextSteps(state, word)}`)}\n`,
  );
  return tellDamage(damages, context.stderr);
}

/** Shows a run live, from its journal, until it ends, its orchestrator is found dead, or the user leaves. */
async function watchRun(issue: string | undefined, context: CommandContext): Promise<number> {
  const place = await findPlace(context.directory, context.env);
  const { journal, state } = await findRun(place, issue);
  const output = await chooseOutput({
    ...{ isJson: false, isPlain: false, isOnlyWatched: true },
    ...context,
  });
  let shown: RunState = state;
  try {
    const how = await followRun({
      journal,
      run: state.run,
      left: whenLeft(),
      onEvent: (event, now) => output.take(event, (shown = now)),
    });
    output.stop();
    if (how === 'orphaned')
      context.stdout.write(`\n${shown.run} is interrupted.${adviceFor(shown, 'interrupted')}\n`);
    return 0;
  } finally {
    output.stop();
    journal.close();
  }
}

/** What one would type next, of a run that has come to its end. */
function nextSteps(state: RunState, word: ReturnType<typeof runStatus>): string {
  if (word !== 'succeeded' && word !== 'partial' && word !== 'failed') return '';
  const { steps } = outcomeOf(state);
  const lines = steps.flatMap(({ text, command }) =>
    command === null ? [] : [`→ ${text}\n    ${command}\n`],
  );
  return lines.join('');
}

function adviceFor(state: RunState, word: ReturnType<typeof runStatus>): string {
  if (word === 'awaiting-merge')
    return ` ${awaitedWords(state)} ${goOnCommand(state)}${pausedAdvice(state)}`;
  if (word === 'paused' && state.isPauseAsked)
    return ` Agents at work go on, and nothing new starts until: ${continueCommand(state)}`;
  if (word !== 'interrupted') return '';
  const how = state.ended === null ? 'Its orchestrator died. ' : '';
  return ` ${how}Continue with: ${goOnCommand(state)}${pausedAdvice(state)}`;
}

/** Starting a paused run again is not enough. */
function pausedAdvice(state: RunState): string {
  return state.isPauseAsked
    ? `\nIt is paused on request, so that starts nothing before: ${continueCommand(state)}`
    : '';
}

/** What a run waits for before it continues; nothing, once somebody merged it. */
function awaitedWords(state: RunState): string {
  const { phase, isMerged } = begunPhase(state);
  return isMerged
    ? `Phase ${phase} is merged. Continue with:`
    : `Once the pull requests of phase ${phase} are merged, continue with:`;
}

function asJson(state: RunState, isOrchestratorAlive: boolean, baseSha: string): object {
  return {
    run: state.run,
    issue: displayIssue(state.issue),
    state: runStatus(state, isOrchestratorAlive),
    phase: currentPhase(state),
    base: { branch: state.base.branch, sha: baseSha },
    tasks: state.tasks.map(taskAsJson),
    questions: toldQuestions(state.questions),
    undos: state.undos.flatMap(undoAsJson),
  };
}

/** A pull request that takes merged work back; none while it is not known to be there. */
function undoAsJson({ tasks, branch, published }: RunState['undos'][number]): object[] {
  return published === null ? [] : [{ tasks, branch, pullRequest: published.pullRequest }];
}

/** What the forge's own checks say; null where nothing reports on the pull request. */
function ciAsJson({ feedback }: TaskState): object | null {
  const { ci, ciFixes } = feedback;
  if (ci === null || ci.checks === 'none') return null;
  const { checks, failed, pending, isFinal, note } = ci;
  return { checks, failed, pending, isFinal, note, fixes: ciFixes };
}

/** The person who works in its session by hand. */
function attachedAsJson({ by, since }: AttachedState): object {
  return { by, since };
}

function taskAsJson(task: TaskState): object {
  const { failure } = task;
  return {
    ordinal: task.ordinal,
    title: task.title,
    state: task.status,
    stage: task.stage,
    attempt: task.attempts.length,
    branch: task.workspace?.branch ?? null,
    commits: task.commits.length,
    pullRequest: task.pullRequest,
    ci: ciAsJson(task),
    startedAt: task.startedAt,
    endedAt: task.endedAt,
    lastActivityAt: task.lastActivityAt,
    attached: task.attached?.isHere === true ? attachedAsJson(task.attached) : null,
    costUsd: taskCost(task),
    failure: failure && {
      reason: failure.reason,
      type: failureType(failure),
      message: failure.message,
    },
  };
}
