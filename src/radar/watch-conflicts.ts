import { setTimeout as delay } from 'node:timers/promises';
import type { SeenConflict } from '../model/merge/conflict.ts';
import type { ConflictsSeen } from '../model/event/merge-event.ts';
import type { Radar, RadarRound, SweepParams } from './radar.ts';
import { hasGrown } from './radar-pairs.ts';

export type WatchParams = {
  readonly radar: Radar;
  /** What to look at now; null when there is nothing. */
  readonly look: () => SweepParams | null;
  /** Takes what is new: conflicts that arose, or are gone. */
  readonly tell: (news: ConflictsSeen) => void;
  /** What an earlier orchestrator has reported already. */
  readonly known: readonly SeenConflict[];
  /** Hears of a round that failed: the next one is tried anyway. */
  readonly onTrouble: (error: unknown) => void;
  /** The minimum time between two rounds. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
};

/** A round is followed by a rest of this many times its length, so that the radar takes a twentieth of a core at most. */
const restFactor = 20;
/** But a conflict is reported within a minute. */
const longestRestMs = 50_000;

/** Sweeps again and again, until the signal comes, and reports what is new. */
export async function watchConflicts(params: WatchParams): Promise<void> {
  const { radar, signal } = params;
  let known = new Map(params.known.map((conflict) => [keyOf(conflict), conflict]));
  while (!signal.aborted) {
    const begun = performance.now();
    try {
      const wanted = params.look();
      if (wanted !== null) known = tellNews(params, known, await radar.sweep(wanted));
    } catch (error) {
      params.onTrouble(error);
    }
    const took = performance.now() - begun;
    const rest = Math.max(params.everyMs, Math.min(took * restFactor, longestRestMs));
    await delay(rest, undefined, { signal }).catch(() => undefined);
  }
}

function keyOf({ task, with: other }: Pick<SeenConflict, 'task' | 'with'>): string {
  return `${task} ${other}`;
}

type Known = Map<string, SeenConflict>;

function tellNews({ tell }: WatchParams, known: Known, { conflicts, unread }: RadarRound): Known {
  const now: Known = new Map(conflicts.map((conflict) => [keyOf(conflict), conflict]));
  // Of a workspace that could not be read nothing is known to have changed.
  for (const [key, conflict] of known)
    if (unread.some((task) => task === conflict.task || task === conflict.with))
      now.set(key, now.get(key) ?? conflict);
  const arisen = [...now].filter(([key, one]) => hasGrown(known.get(key), one));
  const settled = [...known].filter(([key]) => !now.has(key));
  if (arisen.length + settled.length > 0)
    tell({
      type: 'conflicts-seen',
      arisen: arisen.map(([, conflict]) => conflict),
      settled: settled.map(([, { task, with: other }]) => ({ task, with: other })),
    });
  return now;
}
