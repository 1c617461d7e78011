import type { Forge, PullReview } from '../../forge/forge.ts';
import type { Journal } from '../../journal/journal.ts';
import { coversWork } from '../../merging/approval.ts';
import { awaitApproval } from '../../merging/await-approval.ts';
import { lastWork } from '../../merging/last-work.ts';
import { mergeRun, type MergePlan } from '../../merging/merge-run.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import { isPassing } from '../../model/forge-problem.ts';
import type { TrainPolicy } from '../../model/merge/train-car.ts';
import { mergeWish } from '../../orchestration/merge-wish.ts';
import type { Arrivals, MergeWork } from '../../orchestration/go-on-to-merging.ts';
import type { Services, RunServices } from '../../services/run-services.ts';
import { checkChangeLines } from '../../reporting/words/check-changes.ts';
import { approvalWords } from '../../reporting/ending/awaiting-outcome.ts';
import { fromHere } from '../place/from-here.ts';
import type { Place } from '../place/find-place.ts';
import type { Settings } from '../settings/settings.ts';
import { forgeInTrain } from './forge-in-run.ts';
import { writeReviewPage } from './review-page.ts';
import { reviewLookMs } from './build-services.ts';

export type MergeInRunParams = {
  readonly place: Place;
  readonly forge: Forge;
  readonly journal: Journal;
  readonly settings: Settings;
  /** Shows the user what is not an event. */
  readonly note: (line: string) => void;
};

/**
 * What a run does by itself once its tasks have ended: judges all branches together, and merges them, with the policy that
 * the run has by then.
 */
export function mergeInRun(params: MergeInRunParams): MergeWork {
  const { journal, settings, note } = params;
  return async (services: RunServices, arrivals: Arrivals | null) => {
    const { record, clock } = services;
    const wish = mergeWish(record.state());
    const policy: TrainPolicy = wish === 'never' ? 'verified' : wish;
    const forge = forgeInTrain({ ...params, record, stop: clock.stop, now: clock.now });
    try {
      const end = await mergeRun({
        ...{ services, forge, policy, method: settings.mergeMethod },
        places: settings.mergePlaces,
        arrivals,
        events: () => journal.read(record.run, 0),
        resolving: {
          attempts: settings.resolveAttempts,
          fixes: () => settings.ciFixes,
          refusal: () => null,
        },
        mayGoOn: (plan) => mayGoOn(params, { services, policy, plan }),
      });
      return end === 'stopped' || clock.stop.drain.aborted ? 'stopped' : 'done';
    } catch (error) {
      if (!isPassing(error)) throw error;
      note(`Merging waits: ${error.message}. The same command continues it.`);
      return 'stopped';
    }
  };
}

type Asked = {
  readonly services: Services<'record' | 'workspaces' | 'clock'>;
  readonly policy: TrainPolicy;
  readonly plan: MergePlan;
};

/** Leaves a page for reviewers, and waits for them if they must approve. */
async function mayGoOn(
  { place, forge, journal, settings, note }: MergeInRunParams,
  { services, policy, plan }: Asked,
): Promise<boolean> {
  const { record, clock } = services;
  checkChangeLines(record.state(), plan.cars).forEach(note);
  // While others are still worked on, the run's own files keep the page.
  if (plan.verdict === null) return true;
  const page = await writeReviewPage(place, record.state(), plan);
  if (policy === 'verified') return true;
  note(`Read this before it is merged: ${fromHere(page)}`);
  const { issue, tasks } = record.state();
  if (issue.forge === 'local')
    tasks
      .filter(({ status }) => status === 'completed')
      .map(approvalWords)
      .forEach(note);
  const approval = await awaitApproval({
    ...{ record, now: clock.now, cars: plan.cars, look: forge.reviews, signal: clock.stop.drain },
    isStale: stalenessIn(services, { plan, events: journal.read(record.run, 0) }),
    patienceMs: settings.reviewPatienceSeconds * 1_000,
    everyMs: reviewLookMs(record.state().issue, settings),
  });
  return approval !== 'none' && !clock.stop.drain.aborted;
}

/** Reports what was approved before its agent changed it. While people are waited for, nobody changes anything more. */
function stalenessIn(
  { workspaces }: Services<'workspaces'>,
  { plan, events }: { readonly plan: MergePlan; readonly events: Iterable<JournalEvent> },
): (review: PullReview) => Promise<boolean> {
  const works = lastWork(events);
  return async ({ number, head, approvedAt }) => {
    const task = plan.cars.find((car) => car.number === number)?.task;
    const work = works.get(task ?? 0) ?? null;
    return !(await coversWork({ git: workspaces.clone.git, head, approvedAt, work }));
  };
}
