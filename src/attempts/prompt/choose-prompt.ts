import type { AttemptWhy } from '../../model/event/attempt-event.ts';
import { isRed, type Failure } from '../../model/failure/failure.ts';
import { foundBranch } from '../../model/state/found-state.ts';
import {
  hasSucceeded,
  redCheck,
  wasCutShort,
  type HeldState,
  type TaskState,
} from '../../model/state/task-state.ts';
import { codesInNote } from '../../verification/code-in-note.ts';
import { memberFor } from '../../services/fleet.ts';
import { plannedTask } from '../../services/planned-task.ts';
import type { Services } from '../../services/run-services.ts';
import {
  asData,
  continuePrompt,
  firstPrompt,
  fixPrompt,
  retryPrompt,
  scopePrompt,
} from './prompt.ts';
import { returnPrompt } from './return-prompt.ts';

/** The prompt of a task's next attempt, and the session that it continues. */
export type NextPrompt = { readonly prompt: string; readonly session: string | null };

/** Chooses the prompt by what the journal says of the attempts before. */
export function choosePrompt(
  services: Services<'record' | 'agents' | 'settings'>,
  ordinal: number,
  why: AttemptWhy,
): NextPrompt {
  const task = services.record.task(ordinal);
  const { returned } = task.feedback;
  const theTask = firstPrompt(promptOrder(services, task));
  const first = withPublished(task, theTask);
  const session = sessionToResume(services, task);
  const isResumed = session !== null;
  const last = task.attempts.at(-1);
  const isFresh =
    (last === undefined && foundBranch(task) === null) ||
    (task.workspace !== null && !isSameWorkspace(task));
  const red = redCheck(task);
  const people = joined([toldNews(task, isResumed), visitNews(task, isResumed)]);
  const isRoundBegun = task.attempts.length > task.attemptsBefore;
  if (why === 'fix-checks' && red !== null)
    return { session, prompt: joined([people, fixPrompt({ check: red, isResumed, first })]) };
  if (why === 'fix-scope' && task.overreach !== null) {
    const baseSha = task.workspace?.baseSha ?? '';
    return {
      session,
      prompt: joined([
        people,
        scopePrompt({ overreach: task.overreach, baseSha, isResumed, first }),
      ]),
    };
  }
  const toRetry = (): string | null =>
    why === 'retry' && task.lastFailure !== null
      ? retryPrompt({
          ...{ failure: failureNow(task, task.lastFailure), isResumed, isFresh, first },
          news: joined([people, takenNews(services, task)]),
        })
      : null;
  const toReturn = (): string | null =>
    returned !== null && (why === 'fix-ci' || why === 'address')
      ? joined([people, returnPrompt({ returned, isResumed, first: theTask })])
      : null;
  const begins = isRoundBegun ? null : (toRetry() ?? toReturn());
  if (people !== '' && begins !== null) return { session, prompt: begins };
  const held = task.held === null ? '' : heldNews(services, task, task.held);
  const news = joined([people, held]);
  if (news !== '' && last !== undefined)
    return { session, prompt: continuePrompt({ isResumed, first, news }) };
  if (news !== '') return { session, prompt: `${first}\n${news}\n` };
  if (wasCutShort(last?.result ?? null) || last?.failure?.reason === 'provider-limited')
    return { session, prompt: continuePrompt({ isResumed, first, news }) };
  const again = toRetry() ?? toReturn();
  return again === null ? { session: null, prompt: first } : { session, prompt: again };
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The checks may have been run again since, on today's base. */
function failureNow({ checks }: TaskState, before: Failure): Failure {
  const check = checks.find(isRed);
  if (check === undefined) return before;
  const message = `${check.command} failed (exit code ${check.exitCode ?? 'none'})`;
  return { reason: 'check-failed', message, check };
}

/** What an agent must know about the base that was merged into its branch before it continues; empty when it was not. */
function takenNews({ record }: Services<'record'>, { takenBase }: TaskState): string {
  if (takenBase === null) return '';
  const { files } = takenBase;
  const { branch, sha } = record.state().base;
  const what = `Meanwhile the base (\`${branch}\` at ${sha.slice(0, 9)}) was merged into your branch.`;
  return files.length === 0 ? what : `${what} ${openMerge(files)}`;
}

function openMerge(files: readonly string[]): string {
  return `The merge waits for you in ${codesInNote(files)}, with both sides between markers: resolve it so that what both want holds, and conclude it (\`git add\`, \`git commit --no-edit\`).`;
}

/** The task, with its published work if that must be continued. */
function withPublished(task: TaskState, theTask: string): string {
  const { returned } = task.feedback;
  if (returned !== null) return returnPrompt({ returned, isResumed: false, first: theTask });
  const found = foundBranch(task);
  if (found === null) return theTask;
  const { isTextChanged } = found;
  return foundPrompt({ isTextChanged, baseSha: task.workspace?.baseSha ?? '', first: theTask });
}

/**
 * What people have said to a task's agents: in a session that is resumed, since it began; in a new one, all of it. What an
 * attempt that never began should have heard is said again.
 */
function toldNews({ told, attempts }: TaskState, isResumed: boolean): string {
  const words = told.filter(({ after }) => !isResumed || after >= newestBegun(attempts));
  if (words.length === 0) return '';
  const all = words.map(({ text }) => asData(text)).join('\n\n');
  return `The person who started this work has something to say about it. It comes before what the task says:\n\n${all}`;
}

/** The newest attempt that began; 0: none. */
function newestBegun(attempts: TaskState['attempts']): number {
  return attempts.findLast(({ result }) => result?.kind !== 'not-started')?.attempt ?? 0;
}

/** That a person has worked in an agent's place; empty when none has, since it did itself. */
function visitNews({ visits, attempts, workspaceSince }: TaskState, isResumed: boolean): string {
  const since = isResumed ? newestBegun(attempts) : workspaceSince;
  if (!visits.some(({ after }) => after >= since && after > workspaceSince)) return '';
  const where = isResumed ? 'in this session and in this directory' : 'in this directory';
  return `Meanwhile a person has worked here, ${where}, and has left. What they said and did comes before what the task says, but nobody is there to answer now. Look at what is there (\`git status\`, \`git log\`), keep what they did, do what is left of the task, and commit all of it.`;
}

/** What a task that was held must know about the one that it waited for. */
function heldNews(
  services: Services<'record'>,
  { stackedOn }: TaskState,
  { by, files }: HeldState,
): string {
  const other = services.record.task(by);
  const what = `task ${by}, which is this:\n\n${asData(plannedTask(services, by).title)}`;
  const where = codesInNote(files);
  if (stackedOn?.on === by) {
    const open =
      stackedOn.files.length === 0
        ? 'Git could merge both: see whether they also work together.'
        : openMerge(stackedOn.files);
    return `Meanwhile your branch was put on top of ${what}\n\nIts verified work is merged into your branch by now; keep it. ${open}`;
  }
  if (other.head === null || !hasSucceeded(other)) return '';
  return `You were paused because your changes in ${where} conflict with ${what}\n\nIt is verified now (\`git show ${other.head}\`, \`git diff ${services.record.state().base.sha} ${other.head}\`). It will be merged before yours: if you can, shape your change so that both merge without a conflict, and do none of its work.`;
}

function promptOrder(
  services: Services<'record' | 'settings'>,
  task: TaskState,
): Parameters<typeof firstPrompt>[0] {
  const state = services.record.state();
  if (state.plan === null) throw new Error('The run has no plan');
  return {
    task: plannedTask(services, task.ordinal),
    plan: state.plan,
    masterTitle: state.title,
    branch: task.workspace?.branch ?? '',
    checkCommands: services.settings.checks.map(({ command }) => command),
    instructions: services.settings.instructions,
    canAsk: services.settings.questionPatienceSeconds > 0,
  };
}

/** The newest session of this agent in this workspace; a session that failed to answer is not asked again. */
function sessionToResume(services: Services<'agents'>, task: TaskState): string | null {
  const last = task.attempts.at(-1);
  const { agent } = memberFor(services.agents.fleet, task.ordinal, task.attempts);
  if (!agent.capabilities.resumes || last === undefined) return null;
  if (last.agent !== agent.name || !isSameWorkspace(task)) return null;
  return last.failure?.reason === 'agent-failed' ? null : last.session;
}

/** A fresh start leaves the sessions of the old workspace behind. */
function isSameWorkspace(task: TaskState): boolean {
  return task.workspaceSince <= task.attempts.length - 1;
}

/** The prompt for a task of which a branch is published already, by a run that nothing else is known of. */
function foundPrompt(params: {
  /** Whether the task read otherwise when that was made. */
  readonly isTextChanged: boolean;
  /** The commit that the branch started from. */
  readonly baseSha: string;
  readonly first: string;
}): string {
  const text = params.isTextChanged
    ? 'The text of the task was edited since: change what it asks for now, and keep what still holds. When all of it is done already, commit nothing.'
    : 'Keep what is good, and finish.';
  return `# Part of this is done

An earlier run worked on this task, and its commits are published: see \`git log ${params.baseSha.slice(0, 12)}..HEAD\` first. Add new commits on top, and do not amend, rebase or drop any of them. ${text}

${params.first}`;
}
