import type { JournalEvent } from '../model/event/event.ts';

/** What is known of one branch: the newest commit that an agent made of it, as far as it was pushed. */
type Work = {
  readonly pushed: string | null;
  /** What its agent made to bring it and the base together, and is not pushed yet. */
  readonly resolved: string | null;
  /** What the train alone made of it. */
  readonly updated: string | null;
};

const nothing: Work = { pushed: null, resolved: null, updated: null };

/**
 * The newest published commit of each task that holds all that agents did: what came after it is the base, merged in
 * without a conflict, or somebody else's. Who approved that commit, or one with it in its history, has seen the work.
 */
export function lastWork(events: Iterable<JournalEvent>): ReadonlyMap<number, string> {
  const works = new Map<number, Work>();
  for (const event of events) {
    if (event.type === 'train-planned')
      // What an earlier train made and did not push is lost.
      for (const [task, work] of works) works.set(task, { ...nothing, pushed: work.pushed });
    if (!('task' in event) || event.task === null) continue;
    const work = works.get(event.task) ?? nothing;
    const next = advance(work, event);
    if (next !== work) works.set(event.task, next);
  }
  return new Map(
    [...works].flatMap(([task, { pushed }]) => (pushed === null ? [] : [[task, pushed]])),
  );
}

function advance(work: Work, event: JournalEvent): Work {
  switch (event.type) {
    case 'update-done':
      return { ...work, updated: event.head };
    case 'resolve-done':
      return { ...work, resolved: event.head, updated: null };
    case 'push-done': {
      const { head } = event;
      const pushed = head === work.updated ? (work.resolved ?? work.pushed) : head;
      return { ...nothing, pushed };
    }
    default:
      return work;
  }
}
