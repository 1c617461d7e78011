import { replaceFile } from '../../files/replace-file.ts';
import type { MergePlan } from '../../merging/merge-run.ts';
import type { RunState } from '../../model/run-state.ts';
import { renderReviewPacket } from '../../reporting/review-packet.ts';
import { runtimePaths } from '../../reporting/runtime-paths.ts';
import type { Place } from '../open-repository.ts';

/** Writes the page that takes a person through all pull requests; gives its path. Without a place for it, merging continues. */
export async function writeReviewPage(
  place: Place,
  state: RunState,
  { cars, verdict }: MergePlan,
): Promise<string> {
  const { review } = runtimePaths(place.repository.root, state);
  await replaceFile(review, renderReviewPacket({ state, cars, verdict })).catch(() => undefined);
  return review;
}
