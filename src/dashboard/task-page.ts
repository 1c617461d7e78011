import type { AttemptResult } from '../model/event/attempt-event.ts';
import { isWithin } from '../model/plan/plan.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { AttemptState, TaskState } from '../model/state/task-state.ts';
import { plainBlock, plainText } from '../model/text/plain-text.ts';
import type { TaskPage } from './page-data.ts';

const longestText = 2_000;
/** A page shows this much of what a task says of itself. */
const longestBody = 20_000;

/** One task of a run in full; null when the run has no such task. */
export function taskPage(state: RunState, ordinal: number): TaskPage | null {
  const task = state.tasks.find((one) => one.ordinal === ordinal);
  if (task === undefined) return null;
  const planned = state.plan?.tasks.find((one) => one.ordinal === ordinal);
  return {
    task: ordinal,
    title: plainText(task.title, longestText),
    body: plainBlock((planned?.description ?? '').slice(0, longestBody)),
    branch: task.workspace?.branch ?? null,
    checks: task.checks.map(({ name, command, state: outcome, durationMs, excerpt }) => ({
      ...{ name: plainText(name, longestText), command: plainText(command, longestText) },
      ...{ state: outcome, durationMs, excerpt: plainBlock(excerpt) },
    })),
    notes: task.notes.map((note) => plainText(note, longestText)),
    commits: task.commits.map(({ sha, subject }) => ({
      sha,
      subject: plainText(subject, longestText),
    })),
    claim: claimOf(task),
    attempts: task.attempts.map((attempt) => ({
      attempt: attempt.attempt,
      agent: plainText(attempt.agent, longestText),
      why: attempt.why,
      model: attempt.model === null ? null : plainText(attempt.model, longestText),
      costUsd: attempt.costUsd,
      startedAt: attempt.startedAt,
      endedAt: attempt.endedAt,
      end: endWords(attempt),
    })),
    questions: state.questions
      .filter((one) => one.task === ordinal)
      .map((one) => ({
        id: one.question,
        text: plainText(one.text, longestText),
        options: one.options.map((option) => plainText(option, longestText)),
        state: one.state,
        answer: one.answer === null ? null : plainText(one.answer.text, longestText),
        by: one.answer === null ? null : plainText(one.answer.by, longestText),
      })),
    files: filesOf(state, task),
  };
}

function claimOf({ attempts }: TaskState): string | null {
  const claim = attempts.at(-1)?.claim ?? null;
  return claim === null || claim === '' ? null : plainBlock(claim);
}

function endWords({ result, failure }: AttemptState): string | null {
  if (result === null) return null;
  return failure === null ? resultWords(result) : plainText(failure.message, longestText);
}

function resultWords(result: AttemptResult): string {
  switch (result.kind) {
    case 'exited':
      return result.code === 0 ? 'ended' : `ended with ${result.code}`;
    case 'signalled':
      return `ended by signal ${result.signal}`;
    case 'not-started':
      return plainText(result.message, longestText);
    case 'stopped':
      return result.why.replaceAll('-', ' ');
    case 'lost':
      return 'lost: its keeper died';
  }
}

/** Foreseen files, the likeliest first, then those that nobody foresaw. */
function filesOf(state: RunState, task: TaskState): TaskPage['files'] {
  const foreseen =
    state.plan?.tasks.find(({ ordinal }) => ordinal === task.ordinal)?.footprint ?? [];
  const touched = new Map(task.files.map((file) => [file.path, file]));
  const entries = foreseen
    .toSorted((one, other) => other.probability - one.probability)
    .map(({ path, probability, reason }) => {
      const file = touched.get(path);
      return {
        path: plainText(path, longestText),
        ...{ foreseen: probability, reason: plainText(reason, longestText) },
        ...{
          change: file?.change ?? null,
          added: file?.added ?? null,
          removed: file?.removed ?? null,
        },
      };
    });
  const unforeseen = task.files
    .filter(({ path }) => !foreseen.some((entry) => entry.path === path))
    .map(({ path, change, added, removed }) => {
      const above = foreseen.find((entry) => isWithin(path, entry.path));
      return {
        path: plainText(path, longestText),
        foreseen: above?.probability ?? null,
        reason: above === undefined ? null : plainText(above.reason, longestText),
        ...{ change, added, removed },
      };
    });
  return [...entries, ...unforeseen];
}
