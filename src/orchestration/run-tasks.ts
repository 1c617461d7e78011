import type { RunServices } from '../services/run-services.ts';
import { cleanUp } from './clean-up.ts';
import { watchChecks, type CheckWatch } from './feedback/watch-checks.ts';
import { guarded } from './guarded.ts';
import type { AsReady } from './merge-as-ready.ts';
import { mergeWish } from './merge-wish.ts';
import type { Newcomers } from './newcomers.ts';
import { wholeCancellationOf, type TaskRuns } from './task-runs.ts';
import type { TurnTaking } from './turn-taking.ts';
import type { EditWatch } from './watch-edits.ts';

/** Works on a task when its turn has come, unless an edit of the issue holds it back. */
export function workOn(
  services: RunServices,
  {
    taskRuns,
    edits,
    turns,
  }: { readonly taskRuns: TaskRuns; readonly edits: EditWatch; readonly turns: TurnTaking },
): (ordinal: number) => Promise<void> {
  return async (ordinal) => {
    turns.join(ordinal);
    await turns.whenReady(ordinal);
    await services.agents.places.tasks(async () => {
      if (!(await edits.holdsBack(ordinal))) await taskRuns.run(ordinal);
    });
    turns.leave(ordinal);
  };
}

/**
 * Runs tasks, those that are added meanwhile, too, and again when their pull requests come back, until nothing of that is
 * awaited. What is added later is run while the train goes on.
 */
export async function runTasks(
  services: RunServices,
  params: {
    readonly ordinals: readonly number[];
    readonly newcomers: Newcomers;
    readonly work: (ordinal: number) => Promise<void>;
    readonly run: TaskRuns['run'];
    readonly asReady: AsReady | null;
  },
): Promise<CheckWatch> {
  const { ordinals, newcomers, asReady } = params;
  // What may come back is kept until it does not.
  const tidy = (ordinal: number): Promise<void> =>
    guarded(services, null, async () => {
      if (checks.mayReturn(ordinal)) return;
      await cleanUp(services, ordinal);
      asReady?.arrive(ordinal);
    });
  const checks = watchChecks(services, {
    run: async (ordinal) => {
      await services.agents.places.tasks(() => params.run(ordinal));
      await tidy(ordinal);
    },
    cancelled: wholeCancellationOf(services),
  });
  if (asReady !== null)
    services.record.listen((event) => {
      // Not at once: all listeners hear of one event before the next is written.
      if (event.type === 'ci-seen' && mergeWish(services.record.state()) === 'verified')
        queueMicrotask(() => void tidy(event.task));
    });
  const all = (): number[] => services.record.state().tasks.map(({ ordinal }) => ordinal);
  const working = all()
    .filter((ordinal) => !ordinals.includes(ordinal))
    .map(tidy);
  const begin = async (ordinal: number): Promise<void> => {
    await params.work(ordinal);
    await tidy(ordinal);
  };
  working.push(...ordinals.map(begin));
  const recruit = async (ordinal: number): Promise<void> => {
    await guarded(services, ordinal, () => services.agents.recruit(ordinal));
    await begin(ordinal);
  };
  newcomers.beginBy((ordinal) => {
    working.push(recruit(ordinal));
    return true;
  });
  const worked = async (): Promise<number> => {
    const { length } = working;
    await Promise.all(working);
    return length === working.length ? length : worked();
  };
  for (let count = -1; count !== working.length;) {
    count = await worked();
    // Those that are added while the checks of others are awaited begin at once.
    await guarded(services, null, checks.settle);
  }
  newcomers.beginBy((ordinal) => asReady?.begin(ordinal, () => recruit(ordinal)) ?? false);
  for (const ordinal of all()) await tidy(ordinal);
  return checks;
}
