/**
 * Makes `src/planning/size/size-weights.json` from the histories of some repositories, and prints how well each is foreseen by
 * what was learned from the others.
 * Usage: node bench/estimates/train.ts <repository>… [--tasks 200] [--commits 2000] [--cache <dir>] [--out <file>]
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { SizeWeights } from '../../src/planning/size/foresee-size.ts';
import { logOf, sizeFeatures, usualSize } from '../../src/planning/size/size-features.ts';
import { rankCorrelation } from '../footprints/measures.ts';
import { readPastSizes, type PastSize } from './past-sizes.ts';
import { fitLine, valueOf, type RidgeExample } from './ridge.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    tasks: { type: 'string', default: '200' },
    commits: { type: 'string', default: '2000' },
    cache: { type: 'string' },
    out: { type: 'string', default: 'src/planning/size/size-weights.json' },
  },
});
const penalty = 300;

const histories: PastSize[][] = [];
for (const path of positionals) {
  const options = { tasks: Number(values.tasks), commits: Number(values.commits) };
  histories.push(await readPastSizes(path, { ...options, cache: values.cache ?? null }));
  console.error(`${path}: ${histories.at(-1)?.length} tasks`);
}
const learned = { lines: learn('lines'), files: learn('files') };
await writeFile(values.out, `${JSON.stringify(learned)}\n`);

/** The bounds are those of errors on repositories that the line was not fitted to. */
function learn(figure: 'lines' | 'files'): SizeWeights {
  const examples = histories.map((history) => history.map((past) => exampleOf(past, figure)));
  const errors = examples.map((own, at) => {
    const line = fitLine(examples.filter((_, other) => other !== at).flat(), penalty);
    return own.map(({ features, truth }) => truth - valueOf(line, features));
  });
  for (const [at, own] of examples.entries()) report({ at, figure, own, errors });
  const { constant, weights } = fitLine(examples.flat(), penalty);
  const [low, high] = boundsOf(errors.flat());
  return {
    constant: rounded(constant),
    weights: weights.map(rounded),
    low: rounded(low),
    high: rounded(high),
  };
}

function exampleOf({ evidence, truth }: PastSize, figure: 'lines' | 'files'): RidgeExample {
  const usual = usualSize(evidence.history)[figure];
  return { features: sizeFeatures(evidence), truth: logOf(truth[figure]) - usual.mean };
}

type ReportParams = {
  readonly at: number;
  readonly figure: 'lines' | 'files';
  readonly own: readonly RidgeExample[];
  readonly errors: readonly (readonly number[])[];
};

function report({ at, figure, own, errors }: ReportParams): void {
  const means = (histories[at] ?? []).map(
    ({ evidence }) => usualSize(evidence.history)[figure].mean,
  );
  const truths = own.map(({ truth }, place) => truth + (means[place] ?? 0));
  const said = truths.map((truth, place) => truth - (errors[at]?.[place] ?? 0));
  const [low, high] = boundsOf(errors.filter((_, other) => other !== at).flat());
  const within = (errors[at] ?? []).filter((error) => error >= low && error <= high).length;
  const correlation = rankCorrelation(said, truths).toFixed(2);
  const share = (within / Math.max(1, own.length)).toFixed(2);
  console.log(`${positionals[at]} ${figure}: Spearman ${correlation}, in range ${share}`);
}

/** A little wider than a tenth on each side: a repository that is none of these is further off than they are. */
function boundsOf(errors: readonly number[]): readonly [low: number, high: number] {
  const sorted = errors.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(0.08), at(0.92)];
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
