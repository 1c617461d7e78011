import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QuestionState } from '../model/state/question-state.ts';
import type { Services } from '../services/run-services.ts';

/** What follows from an attempt's waiting for a person, as long as it does. */
export type WaitingNote = {
  /** To be called when a question is put, or has come to its end. */
  readonly update: (questions: readonly QuestionState[]) => void;
  readonly close: () => void;
};

/**
 * Tells an attempt's keeper that it waits, so that its deadline stands still, and for how long it did; and gives its place
 * to another one meanwhile, unless it is to keep it.
 */
export function openWaitingNote(
  services: Services<'agents' | 'settings'>,
  directory: string,
): WaitingNote {
  let giveBack: (() => void) | null = null;
  const takeBack = (): void => {
    giveBack?.();
    giveBack = null;
  };
  return {
    update: (questions) => {
      const path = join(directory, 'waiting');
      if (questions.some(({ state }) => state === 'open')) {
        writeFileSync(path, '');
        if (!services.settings.isPlaceHeld) giveBack ??= lendPlaces(services);
        return;
      }
      writeFileSync(join(directory, 'waited'), String(Math.ceil(waitedMs(questions) / 1_000)));
      rmSync(path, { force: true });
      takeBack();
    },
    close: takeBack,
  };
}

/** Also the place of the task: else, once all of these wait for people, no other task could begin. */
function lendPlaces({ agents: { places } }: Services<'agents'>): () => void {
  const lent = [places.agents.lend(), places.tasks.lend()];
  return () => lent.forEach((takeBack) => takeBack());
}

/** How long an attempt has waited for people in all: several questions at once are one waiting. */
export function waitedMs(questions: readonly QuestionState[]): number {
  const spans = questions
    .filter(({ closedAt }) => closedAt !== null)
    .map(({ askedAt, closedAt }) => [Date.parse(askedAt), Date.parse(closedAt ?? askedAt)] as const)
    .toSorted(([one], [other]) => one - other);
  let [total, until] = [0, 0];
  for (const [from, to] of spans) {
    total += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return total;
}
