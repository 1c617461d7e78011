import weights from './pair-weights.json' with { type: 'json' };
import { openPairJudge, type PairJudge, type PairSide } from './predict-overlap.ts';

/** How likely any two of some tasks meet, from all that was predicted for each and from what they say; as learned. */
export function judgePairs(sides: readonly PairSide[]): PairJudge {
  return openPairJudge(weights, sides);
}
