/**
 * Replays histories: each commit's message is a task at its parent, and how many lines and files it changed the truth.
 * Prints for each repository how well the sizes are ranked, and how often the truth lies in the range.
 * Usage: node bench/estimates/replay.ts [<name>=]<repository>… [--tasks 200] [--commits 2000] [--cache <dir>]
 */
import { parseArgs } from 'node:util';
import { gitAt } from '../../src/git/git.ts';
import { foreseeSize, type Ranged } from '../../src/planning/size/foresee-size.ts';
import { logOf, usualSize } from '../../src/planning/size/size-features.ts';
import { mean, rankCorrelation } from '../footprints/measures.ts';
import { readPastSizes, type PastSize } from './past-sizes.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    tasks: { type: 'string', default: '200' },
    commits: { type: 'string', default: '2000' },
    cache: { type: 'string' },
  },
});

type Figures = {
  readonly ours: number;
  readonly similar: number;
  readonly words: number;
  readonly within: number;
  /** How many times the median range's upper bound is its lower one. */
  readonly width: number;
};

function figuresOf(history: readonly PastSize[], figure: 'lines' | 'files'): Figures {
  const truths = history.map(({ truth }) => truth[figure]);
  const said = history.map(({ evidence }) => foreseeSize(evidence)[figure]);
  const isWithin = ({ low, high }: Ranged, at: number): boolean =>
    (truths[at] ?? 0) >= low && (truths[at] ?? 0) <= high;
  const widths = said.map(({ low, high }) => high / low).toSorted((one, other) => one - other);
  return {
    ours: rankCorrelation(exact(history, figure), truths),
    similar: rankCorrelation(
      history.map(({ evidence }) => similarMean(evidence, figure)),
      truths,
    ),
    words: rankCorrelation(
      history.map(({ evidence: { byText } }) => (figure === 'lines' ? byText.loc : byText.files)),
      truths,
    ),
    within: said.filter(isWithin).length / said.length,
    width: widths[Math.floor(widths.length / 2)] ?? 0,
  };
}

/** The baseline that any history gives: the mean of what the similar changes were. */
function similarMean({ history }: PastSize['evidence'], figure: 'lines' | 'files'): number {
  if (history.similar.length === 0) return usualSize(history)[figure].mean;
  return mean(history.similar.map((change) => logOf(change[figure])));
}

function exact(history: readonly PastSize[], figure: 'lines' | 'files'): number[] {
  return history.map(({ evidence }) => foreseeSize(evidence)[figure].value);
}

console.log(
  '| repository | at | tasks | lines: Spearman | similar changes only | words only | in range | files: Spearman | similar changes only | words only | in range |\n|---|---|---|---|---|---|---|---|---|---|---|',
);
const all: (readonly number[])[] = [];
for (const repository of positionals) {
  const [name = '', path = name] = repository.split('=');
  const options = { tasks: Number(values.tasks), commits: Number(values.commits) };
  const history = await readPastSizes(path, { ...options, cache: values.cache ?? null });
  const head = (await gitAt(path, process.env).run(['rev-parse', '--short=9', 'HEAD'])).trim();
  const [lines, files] = [figuresOf(history, 'lines'), figuresOf(history, 'files')];
  const row = [lines, files].flatMap(({ ours, similar, words, within }) => [
    ours,
    similar,
    words,
    within,
  ]);
  all.push(row);
  console.log(`| ${name} | ${head} | ${history.length} | ${row.map(shown).join(' | ')} |`);
  console.error(
    `${name}: of half the ranges the upper bound is over ${lines.width.toFixed(0)} times the lower one for lines, ${files.width.toFixed(0)} for files`,
  );
}
const means = (all[0] ?? []).map((_, at) => mean(all.map((row) => row[at] ?? 0)));
console.log(`| mean | | | ${means.map(shown).join(' | ')} |`);

function shown(value: number): string {
  return value.toFixed(2).replace(/^(-?)0\./u, '$1.');
}
