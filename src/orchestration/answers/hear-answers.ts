import { ForgeError } from '../../model/forge-problem.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { openBell } from '../../services/bell.ts';
import type { Services } from '../../services/run-services.ts';
import { openHearing, type Hearing } from './hearing.ts';

type Used = Services<'record' | 'forge' | 'clock' | 'settings'>;

/** So long after a question has come to its end, those who answer it still hear that they are late. */
const lingerMs = 120_000;
/** After the forge refused to say anything. */
const troubledMs = 60_000;

/**
 * Reads the comments on the master issue and on the run's pull requests as long as a question waits, and a little longer,
 * and takes the answers in them. While nothing is asked, nothing is read. Resolves when `ending` is aborted.
 *
 * ```
 *            a question is asked              interval
 *   silent ────────────────────────▶ waiting ─────────▶ look ─▶ waiting
 *      ▲                                │
 *      └────────────────────────────────┘ all have ended, a while ago
 * ```
 */
export async function hearAnswers(services: Used, ending: AbortSignal): Promise<void> {
  const { record, forge, clock } = services;
  if (!forge.can.comments) return;
  const bell = openBell(ending);
  record.listen(({ type }) => {
    if (type === 'question-asked') bell.ring();
  });
  const intervalMs = services.settings.ci.intervalSeconds * 1_000;
  const hearing = openHearing(services);
  const troubles = new Set<string>();
  // What an orchestrator before us left: an answer may wait by now, and so may somebody for a reply.
  let dueAt = clock.elapsed();
  while (!ending.aborted) {
    const { questions, replies } = record.state();
    const since = waitingSince(questions, clock.now());
    const left = dueAt - clock.elapsed();
    if (since === null && !replies.some(({ isDone }) => !isDone)) {
      hearing.rest();
      await bell.wait(null);
      dueAt = Math.max(dueAt, clock.elapsed() + intervalMs);
    } else if (left > 0) {
      await bell.wait(left);
    } else {
      const isWell = await look(services, { hearing, since, troubles });
      dueAt = clock.elapsed() + (isWell ? intervalMs : Math.max(intervalMs, troubledMs));
    }
  }
}

/** Since when something that somebody may still answer was asked; null when there is nothing. ISO 8601. */
function waitingSince(questions: RunState['questions'], now: Date): string | null {
  const heard = questions.filter(
    ({ closedAt }) => closedAt === null || now.getTime() - Date.parse(closedAt) < lingerMs,
  );
  return heard.map(({ askedAt }) => askedAt).toSorted()[0] ?? null;
}

type Look = {
  readonly hearing: Hearing;
  readonly since: string | null;
  /** What was said of the forge already. */
  readonly troubles: Set<string>;
};

/** Looks once; false when the forge did not let it. */
async function look(
  { record }: Services<'record'>,
  { hearing, since, troubles }: Look,
): Promise<boolean> {
  try {
    await hearing.reply();
    if (since !== null) await hearing.look(since);
    return true;
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    const { message } = error;
    if (!troubles.has(message))
      record.record({
        ...{ type: 'unexpected', task: null, stack: '' },
        message: `Answers in comments are not read for now; flotilla answer works: ${message}`,
      });
    troubles.add(message);
    return false;
  }
}
