import type { OverlapWeights } from '../../src/planning/predict/predict-overlap.ts';

export type LikenessExample = { readonly likeness: number; readonly overlaps: boolean };

/** Fits the curve that turns the likeness of two footprints into a probability, by Newton's method. */
export function fitCurve(examples: readonly LikenessExample[]): OverlapWeights {
  let [constant, slope] = [0, 0];
  for (let round = 0; round < 30; round += 1) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-6, 0, 1e-6];
    for (const { likeness, overlaps } of examples) {
      const said = 1 / (1 + Math.exp(-constant - slope * likeness));
      const error = (overlaps ? 1 : 0) - said;
      const curve = said * (1 - said);
      [g0, g1] = [g0 + error, g1 + error * likeness];
      [h00, h01, h11] = [h00 + curve, h01 + curve * likeness, h11 + curve * likeness ** 2];
    }
    const determinant = h00 * h11 - h01 ** 2;
    constant += (h11 * g0 - h01 * g1) / determinant;
    slope += (h00 * g1 - h01 * g0) / determinant;
  }
  return { constant: Number(constant.toFixed(4)), slope: Number(slope.toFixed(4)) };
}
