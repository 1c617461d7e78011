import type { AnswerParams, Forge } from '../../forge/forge.ts';
import { isPassing } from '../../model/forge-problem.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { CarResolution, CarState } from '../../model/merge/train.ts';
import type { RunRecord } from '../../services/run-record.ts';
import { codeInNote, codesInNote } from '../../verification/code-in-note.ts';

/** A pull request whose agent has changed it, to make it fit to be merged. */
export type ResolvedCar = CarState & { readonly resolution: CarResolution };

/**
 * Says on pull requests what their agents changed while they were merged, for people who read them before or after. What
 * the forge refuses is noted and left out, for the work itself is pushed.
 */
export function answerReviewers(
  record: Pick<RunRecord, 'run' | 'state' | 'record'>,
  forge: Pick<Forge, 'ensureAnswer'>,
): (car: ResolvedCar) => Promise<void> {
  return async (car) => {
    try {
      await forge.ensureAnswer(answerOf(record.run, record.state(), car));
    } catch (error) {
      if (isPassing(error)) throw error;
      const message = `The comment on pull request #${car.number} was left out: ${(error as Error).message}`;
      record.record({ type: 'unexpected', task: car.task, message, stack: '' });
    }
  };
}

function answerOf(run: string, state: RunState, car: ResolvedCar): AnswerParams {
  const { number, task, checks, resolution } = car;
  const key = `flotilla:resolution:${run}:${task}:${resolution.head}`;
  const parts = [
    `${doneWords(state, resolution)} in ${resolution.head}.`,
    resolution.files.length === 0 ? '' : `It changed ${codesInNote(resolution.files)}.`,
    resolution.notes.map((note) => `- ${note}`).join('\n'),
    checks.length === 0
      ? ''
      : `With ${codeInNote(state.base.branch)} merged in, these passed: ${codesInNote(checks.map(({ command }) => command))}.`,
    `<!-- ${key} -->`,
  ];
  return { number, key, body: `${parts.filter((part) => part !== '').join('\n\n')}\n` };
}

function doneWords({ base, tasks }: RunState, { why, with: others }: CarResolution): string {
  if (why === 'forge-checks') return 'The agent fixed what was red here';
  const branch = codeInNote(base.branch);
  if (why === 'checks') return `The agent made this work together with ${branch}`;
  const pulls = others.flatMap((other) => {
    const number = tasks.find(({ ordinal }) => ordinal === other)?.pullRequest?.number;
    return number === undefined ? [] : [`#${number}`];
  });
  const whom = pulls.length === 0 ? '' : `, where ${pulls.join(', ')} had been merged`;
  return `The agent resolved the conflict with ${branch}${whom},`;
}
