import { setTimeout as delay } from 'node:timers/promises';
import type { AttachedState } from '../../model/state/attached-state.ts';
import { visitParts } from '../../model/state/attachment.ts';
import { isOver } from '../../model/state/task-state.ts';
import { isAlive } from '../../process/identity.ts';
import { endMarked } from '../../process/process-tree.ts';
import type { Services } from '../../services/run-services.ts';
import { whenAborted } from '../../services/when-aborted.ts';

/** A death writes no event: it is looked for. */
const lookMs = 500;
/** What a person's program that nobody waits for any more gets between TERM and KILL. */
const graceMs = 2_000;

/**
 * Leaves a task to the person who wants to work in its session, and waits until they have left, or their process is dead,
 * the run stops or the task is cancelled. Nothing of ours may be at work on the task.
 */
export async function makeWay(
  services: Services<'record' | 'workspaces' | 'clock' | 'agents'>,
  ordinal: number,
): Promise<void> {
  // Nobody knows how long a person stays: another task may begin meanwhile.
  const takeBack = services.agents.places.tasks.lend();
  await untilLeft(services, ordinal).finally(takeBack);
}

async function untilLeft(
  services: Services<'record' | 'workspaces' | 'clock'>,
  ordinal: number,
): Promise<void> {
  const { record, clock } = services;
  const { drain, now } = clock.stop;
  // One that was cancelled before is opened as it was left.
  const cancel = isOver(record.task(ordinal)) ? [] : [clock.cancelSignal(ordinal)];
  const signal = AbortSignal.any([drain, now, ...cancel]);
  const request = record.task(ordinal).attached?.request;
  if (request === undefined) return;
  const current = (): AttachedState | null => {
    const { attached } = record.task(ordinal);
    return attached?.request === request ? attached : null;
  };
  const gone = Promise.withResolvers<void>();
  record.listen((event) => {
    if ('task' in event && event.task === ordinal && current() === null) gone.resolve();
  });
  const stopped = whenAborted(signal);
  while (!signal.aborted) {
    // A nudge of theirs may have come when nobody listened.
    record.catchUp();
    const attached = current();
    if (attached === null) return;
    if (!(await isAlive(attached.process))) {
      await endLost(services, ordinal, request);
      if (current() !== null)
        record.record({ type: 'task-detached', task: ordinal, request, why: 'lost' });
      return;
    }
    if (!attached.isHere) record.record({ type: 'task-attached', task: ordinal, request });
    const over = new AbortController();
    await Promise.race([
      gone.promise,
      stopped,
      delay(lookMs, undefined, { signal: over.signal }).catch(() => undefined),
    ]);
    over.abort();
  }
}

/** The program of a person whose process is dead must not go on working in a workspace that an agent continues in. */
async function endLost(
  services: Services<'workspaces'>,
  ordinal: number,
  request: number,
): Promise<void> {
  const own = visitMarker(services, ordinal, request);
  await endMarked((marker) => marker === own, graceMs);
}

/** What the programs of a person carry who works in a task's session. */
export function visitMarker(
  { workspaces }: Services<'workspaces'>,
  ordinal: number,
  request: number,
): string {
  return workspaces.marker(ordinal, ...visitParts(request));
}
