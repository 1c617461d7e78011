/**
 * Makes `src/planning/predict/predict-weights.json`: replays the histories of the repositories whose paths it gets, and fits the
 * models that rank files. With `--folds` it also writes, for each repository, the models that were made without it, which
 * `train-pairs.ts` needs. Usage: node bench/footprints/train.ts <repository>… [--out <file>] [--folds <file>]
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openFactsCache } from '../../src/evidence/facts-cache.ts';
import { readIndex } from '../../src/evidence/open-index.ts';
import type { RepositoryIndex } from '../../src/model/plan/repository-index.ts';
import { gitAt } from '../../src/git/git.ts';
import { openCorpus, type Corpus } from '../../src/planning/predict/predict-corpus.ts';
import { firstLook, type FirstLook } from '../../src/planning/predict/predict-first-look.ts';
import { habitsOf } from '../../src/planning/predict/predict-habits.ts';
import { openModel, type Rows, type TreeModel } from '../../src/planning/predict/predict-model.ts';
import { secondLook } from '../../src/planning/predict/predict-second-look.ts';
import { boost, randomFrom, type BoostOptions, type Examples } from './boosting.ts';
import { mean, scoreRanking } from './measures.ts';
import { readPastTasks, wavesOf, type PastTask } from './past-tasks.ts';

/** One task with what the first look measured, small enough to keep hundreds of. */
type Lesson = {
  readonly repository: number;
  readonly wave: number;
  readonly text: string;
  readonly corpus: Corpus;
  readonly first: FirstLook;
  readonly truth: ReadonlySet<string>;
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'src/planning/predict/predict-weights.json' },
    waves: { type: 'string', default: '45' },
    cache: { type: 'string' },
    folds: { type: 'string' },
  },
});
const empty = {
  score: () => new Float64Array(),
  rarity: () => 0,
  rarest: () => new Float64Array(),
  having: () => [],
};
const waveSize = 6;
const random = randomFrom(7);
const ranking: BoostOptions = { trees: 140, depth: 4, rate: 0.1, least: 3, seed: 1 };
const lookingFirst: BoostOptions = { ...ranking, trees: 100 };

const lessons: Lesson[] = [];
for (const [repository, path] of positionals.entries()) {
  lessons.push(...(await collect(path, repository)));
  console.error(`${path}: ${lessons.length} lessons, ${elapsed()}`);
}
const firstFolds = foldsOf((chosen) => boost(firstExamples(chosen), lookingFirst));
console.error(`first look fitted, ${elapsed()}`);
const seconds = lessons.map((lesson) => look(lesson, firstFolds[lesson.repository]));
const secondFolds = foldsOf((chosen) => boost(secondExamples(chosen), ranking));
console.error(`second look fitted, ${elapsed()}`);
const predictions = lessons.map((lesson, at) =>
  predictionOf(lesson, at, secondFolds[lesson.repository]),
);
report();
if (values.folds !== undefined) {
  const folds = positionals.map((_, held) => ({
    first: firstFolds[held],
    second: secondFolds[held],
  }));
  await writeFile(values.folds, `${JSON.stringify(folds)}\n`);
}
await writeFile(
  values.out,
  `${JSON.stringify({
    first: boost(firstExamples(lessons), lookingFirst),
    second: boost(secondExamples(lessons), ranking),
  })}\n`,
);
console.error(`written, ${elapsed()}`);

function elapsed(): string {
  return `${Math.round(performance.now() / 1000)} s`;
}

/** All tasks of a wave are foreseen at its common base, as a plan foresees all tasks of an issue at one. */
async function collect(path: string, repository: number): Promise<Lesson[]> {
  const git = gitAt(path, process.env);
  using cache = openFactsCache(values.cache ?? null);
  const waves = wavesOf(await readPastTasks(git, 'HEAD', 2_500), Number(values.waves), waveSize);
  const collected: Lesson[] = [];
  for (const [wave, { base, tasks }] of waves.entries()) {
    const index = await readIndex({ git, commit: base, cacheDirectory: null }, cache);
    collected.push(...lessonsAt(index, tasks, { repository, wave }));
  }
  return collected;
}

type Place = Pick<Lesson, 'repository' | 'wave'>;

function lessonsAt(index: RepositoryIndex, tasks: readonly PastTask[], place: Place): Lesson[] {
  const corpus = openCorpus(index);
  const habits = habitsOf(corpus);
  const known = new Set(index.files.map(({ path }) => path));
  const files = index.files.map((file) => ({ ...file, words: '', defines: [] }));
  const fields = { paths: empty, stems: empty, defines: empty, words: empty, messages: empty };
  const slim: Corpus = { ...corpus, ...fields, index: { ...index, files }, definers: new Map() };
  return tasks.map(({ message, touched }) => {
    const first = firstLook(corpus, habits, message);
    return {
      ...place,
      text: message,
      corpus: slim,
      first: { ...first, scores: {} as FirstLook['scores'] },
      truth: new Set(touched.filter((file) => known.has(file))),
    };
  });
}

function foldsOf(fit: (chosen: readonly Lesson[]) => TreeModel): TreeModel[] {
  return positionals.map((_, held) => fit(lessons.filter(({ repository }) => repository !== held)));
}

function look(lesson: Lesson, model: TreeModel | undefined) {
  const beliefs = openModel(model ?? { base: 0, trees: [] })(lesson.first.rows);
  return secondLook(lesson.corpus, lesson.first, beliefs);
}

type Growing = {
  readonly rows: ArrayLike<number>[];
  readonly labels: number[];
  readonly weights: number[];
};

/** All that was touched, the first `hard` rows, and of the rest a sample that stands for all. */
function sampled(
  { width, values: all }: Rows,
  isTouched: (at: number) => boolean,
  { hard, rest }: { readonly hard: number; readonly rest: number },
  into: Growing,
): void {
  const count = all.length / width;
  const share = Math.min(1, rest / Math.max(1, count - hard));
  for (let at = 0; at < count; at += 1) {
    const isKept = isTouched(at) || at < hard;
    if (!isKept && random() >= share) continue;
    into.rows.push(all.subarray(at * width, (at + 1) * width));
    into.labels.push(isTouched(at) ? 1 : 0);
    into.weights.push(isKept ? 1 : 1 / share);
  }
}

function firstExamples(chosen: readonly Lesson[]): Examples {
  const into = { rows: [], labels: [], weights: [] };
  for (const { first, truth, corpus } of chosen)
    sampled(
      first.rows,
      (at) => truth.has(corpus.index.files[first.candidates[at] ?? 0]?.path ?? ''),
      { hard: 0, rest: 100 },
      into,
    );
  return into;
}

function secondExamples(chosen: readonly Lesson[]): Examples {
  const into = { rows: [], labels: [], weights: [] };
  const among = new Set(chosen);
  for (const [at, lesson] of lessons.entries()) {
    if (!among.has(lesson)) continue;
    const second = seconds[at];
    if (second === undefined) continue;
    sampled(
      second.rows,
      (row) => lesson.truth.has(lesson.corpus.index.files[second.candidates[row] ?? 0]?.path ?? ''),
      { hard: 50, rest: 50 },
      into,
    );
  }
  return into;
}

function predictionOf(lesson: Lesson, at: number, model: TreeModel | undefined) {
  const second = seconds[at];
  if (second === undefined || model === undefined) return [];
  const probabilities = openModel(model)(second.rows);
  return second.candidates
    .map((file, row) => ({
      path: lesson.corpus.index.files[file]?.path ?? '',
      probability: probabilities[row] ?? 0,
      reason: '',
      isNew: false,
    }))
    .toSorted((one, other) => other.probability - one.probability);
}

function report(): void {
  const all = positionals.map((path, repository) => {
    const scores = lessons.flatMap((lesson, at) =>
      lesson.repository !== repository || lesson.truth.size === 0
        ? []
        : [
            scoreRanking(
              (predictions[at] ?? []).map((file) => file.path),
              lesson.truth,
            ),
          ],
    );
    const row = [
      scores.map((score) => score.recall10),
      scores.map((score) => score.precision10),
      scores.map((score) => score.averagePrecision),
      scores.map((score) => score.directories10),
    ].map(mean);
    console.log(path, row.map((value) => value.toFixed(3)).join(' '));
    return row;
  });
  console.log(
    'mean',
    [0, 1, 2, 3].map((column) => mean(all.map((row) => row[column] ?? 0)).toFixed(3)).join(' '),
  );
  const bands = [0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.01];
  const cells = predictions.flatMap((files, at) =>
    files.map(
      ({ path, probability }) =>
        [probability, lessons[at]?.truth.has(path) === true ? 1 : 0] as const,
    ),
  );
  for (const [at, low] of bands.slice(0, -1).entries()) {
    const band = cells.filter(
      ([probability]) => probability >= low && probability < (bands[at + 1] ?? 2),
    );
    console.log(
      `said ${mean(band.map(([said]) => said)).toFixed(3)} was ${mean(band.map(([, was]) => was)).toFixed(3)} of ${band.length}`,
    );
  }
}
