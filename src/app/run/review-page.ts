import { replaceFile } from '../../files/replace-file.ts';
import type { MergePlan } from '../../merging/merge-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { renderReviewPacket } from '../../reporting/files/review-packet.ts';
import { runtimePaths } from '../../reporting/files/runtime-paths.ts';
import type { Place } from '../place/find-place.ts';

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
