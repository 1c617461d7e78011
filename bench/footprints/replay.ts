/**
 * Replays histories: each commit's message is a task at its parent, and what it touched the truth. Prints, for each
 * repository, how well our predictor and the baselines foresaw files and collisions.
 * Usage: node bench/footprints/replay.ts [<name>=]<repository>… [--waves 40] [--commits 2000] [--cache <dir>] [--json <file>]
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openFactsCache, type FactsCache } from '../../src/evidence/facts-cache.ts';
import { readIndex } from '../../src/evidence/open-index.ts';
import { gitAt, type Git } from '../../src/git/git.ts';
import { openCorpus } from '../../src/planning/predict/predict-corpus.ts';
import { findOverlaps, isConflict } from '../../src/model/plan/overlap.ts';
import { openFootprints, judgeUnasked } from '../../src/planning/footprint.ts';
import { judgePairs } from '../../src/planning/predict/judge-pairs.ts';
import { openPredictor, type Predictor } from '../../src/planning/predict/predict-footprint.ts';
import type { SubTask } from '../../src/model/issue/issue.ts';
import type { PredictedFile } from '../../src/model/plan/repository-index.ts';
import { baselineNames, rankByBaselines, textLikeness, type Baseline } from './baselines.ts';
import { doConflict } from './hunks.ts';
import {
  areaUnderCurve,
  inTenths,
  keptAtRecall,
  mean,
  scoreRanking,
  type Scores,
} from './measures.ts';
import { readPastTasks, taskOf, wavesOf, type PastTask, type Wave } from './past-tasks.ts';
import { openPatches, type Patches } from './patches.ts';
import { showTenths } from './show-tenths.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    waves: { type: 'string', default: '40' },
    commits: { type: 'string', default: '2000' },
    cache: { type: 'string' },
    json: { type: 'string' },
  },
});
const waveSize = 6;
type Ranker = Baseline | 'ours';
type PairJudge =
  | 'names in the text'
  | 'text likeness'
  | 'shared files of the best baseline'
  | 'noisy-or of our files'
  | 'ours';
type FileRow = { readonly ranker: Ranker; readonly scores: Scores };
type Pair = {
  readonly overlap: boolean;
  /** How likely the changes do not merge, as said. */
  readonly saidConflict: number;
  readonly conflicts: boolean;
  readonly textual: boolean | null;
  /** Whether a plan keeps the two apart. */
  readonly isKeptApart: boolean;
  readonly scores: Readonly<Record<PairJudge, number>>;
};

async function replay(path: string) {
  const git = gitAt(path, process.env);
  using cache = openFactsCache(values.cache ?? null);
  await using patches = await openPatches(path, process.env);
  const tasks = await readPastTasks(git, 'HEAD', Number(values.commits));
  const files: FileRow[] = [];
  const pairs: Pair[] = [];
  const calibration: (readonly [number, number])[] = [];
  for (const wave of wavesOf(tasks, Number(values.waves), waveSize)) {
    for (const task of wave.tasks) {
      const scored = await scoreTask(git, cache, task);
      files.push(...scored.rows);
      calibration.push(...scored.calibration);
    }
    pairs.push(...(await scorePairs({ git, cache, wave, patches })));
  }
  return { files, pairs, calibration: bandsOf(calibration) };
}

async function scoreTask(git: Git, cache: FactsCache, task: PastTask) {
  const index = await readIndex({ git, commit: task.parent, cacheDirectory: null }, cache);
  const existing = new Set(index.files.map(({ path }) => path));
  const truth = new Set(task.touched.filter((path) => existing.has(path)));
  if (truth.size === 0) return { rows: [], calibration: [] };
  const predicted = openPredictor(index)(task.message, { limit: 500 }).filter(
    ({ isNew }) => !isNew,
  );
  const baselines = rankByBaselines(openCorpus(index), task.message);
  const rows: FileRow[] = [
    ...baselineNames.map((ranker) => ({ ranker, scores: scoreRanking(baselines[ranker], truth) })),
    {
      ranker: 'ours',
      scores: scoreRanking(
        predicted.map(({ path }) => path),
        truth,
      ),
    },
  ];
  return {
    rows,
    calibration: predicted.map(
      ({ path, probability }) => [probability, truth.has(path) ? 1 : 0] as const,
    ),
  };
}

type WaveParams = {
  readonly git: Git;
  readonly cache: FactsCache;
  readonly wave: Wave;
  readonly patches: Patches;
};

/** All tasks of a wave are foreseen at its common base, as a plan would have to. */
async function scorePairs({ git, cache, wave, patches }: WaveParams): Promise<Pair[]> {
  const index = await readIndex({ git, commit: wave.base, cacheDirectory: null }, cache);
  const predict = openPredictor(index);
  const corpus = openCorpus(index);
  const sides = wave.tasks.map((task) => ({
    task,
    text: task.message,
    files: predict(task.message, { limit: 50 }),
    baselines: rankByBaselines(corpus, task.message),
  }));
  const areApart = openPlan(predict, corpus.existing, wave.tasks);
  const judge = judgePairs(sides.map(({ files, text }) => ({ files, said: predict.said(text) })));
  const pairs: Pair[] = [];
  for (const [at, one] of sides.entries())
    for (const [below, other] of sides.slice(at + 1).entries()) {
      const isOverlap = one.task.touched.some((path) => other.task.touched.includes(path));
      pairs.push({
        overlap: isOverlap,
        saidConflict: judge(at, at + 1 + below).conflict,
        conflicts: isOverlap && (await doConflict(git, one.task, other.task)),
        isKeptApart: areApart(at, at + 1 + below),
        textual: isOverlap ? await patches.collide(one.task, other.task) : false,
        scores: {
          'names in the text': sharedTop(one.baselines.names, other.baselines.names),
          'text likeness': textLikeness(corpus, one.text, other.text),
          'shared files of the best baseline': sharedTop(
            one.baselines['paths + co-change'],
            other.baselines['paths + co-change'],
          ),
          'noisy-or of our files': noisyOr(one.files, other.files),
          ours: judge(at, at + 1 + below).overlap,
        },
      });
    }
  return pairs;
}

/** What a plan would make of tasks with these messages: does it keep two of them apart? */
function openPlan(predictor: Predictor, files: ReadonlySet<string>, tasks: readonly PastTask[]) {
  const known = tasks.map(({ message }, at) => taskOf(at + 1, message));
  const predicted = new Map(
    tasks.map(({ message }, at) => [
      at + 1,
      predictor(message).map((entry) => ({ ...entry, isDeclared: false })),
    ]),
  );
  const evidence = {
    files,
    predict: ({ ordinal }: SubTask) => predicted.get(ordinal) ?? [],
    said: ({ ordinal }: SubTask) => predictor.said(tasks[ordinal - 1]?.message ?? ''),
    judgePairs,
  };
  const footprintOf = openFootprints(evidence, { sharedByAll: [], tasks: 1 });
  const located = known.map((task) => ({ ...task, footprint: footprintOf(task) }));
  const apart = new Set(
    findOverlaps(located, judgeUnasked(evidence, located))
      .filter(isConflict)
      .map(({ tasks: pair }) => pair.join(' ')),
  );
  return (one: number, other: number): boolean => apart.has(`${one + 1} ${other + 1}`);
}

function sharedTop(one: readonly string[], other: readonly string[]): number {
  const top = new Set(one.slice(0, 10));
  return other.slice(0, 10).filter((path) => top.has(path)).length;
}

function noisyOr(one: readonly PredictedFile[], other: readonly PredictedFile[]): number {
  const yours = new Map(other.map(({ path, probability }) => [path, probability]));
  return (
    1 -
    one.reduce(
      (none, { path, probability }) => none * (1 - probability * (yours.get(path) ?? 0)),
      1,
    )
  );
}

function table(rows: readonly FileRow[]) {
  return ([...baselineNames, 'ours'] as const).map((ranker) => {
    const own = rows.filter((row) => row.ranker === ranker).map(({ scores }) => scores);
    const of = (figure: keyof Scores): number => mean(own.map((scores) => scores[figure]));
    return {
      ranker,
      recall10: of('recall10'),
      precision10: of('precision10'),
      recall20: of('recall20'),
      map: of('averagePrecision'),
      directories10: of('directories10'),
    };
  });
}

function pairTable(pairs: readonly Pair[]) {
  const overlaps = pairs.map(({ overlap }) => overlap);
  const judged = pairs.filter(({ textual }) => textual !== null);
  const textual = judged.map((pair) => pair.textual === true);
  const judges = Object.keys(pairs[0]?.scores ?? {}) as PairJudge[];
  const share = (labels: readonly boolean[]): number =>
    labels.filter(Boolean).length / labels.length;
  const apart = pairs.filter(({ isKeptApart }) => isKeptApart);
  const foundOf = (of: (pair: Pair) => boolean): number =>
    share(pairs.filter(of).map(({ isKeptApart }) => isKeptApart));
  return {
    plan: {
      precision: share(apart.map(({ overlap }) => overlap)),
      overlap: foundOf(({ overlap }) => overlap),
      textual: foundOf((pair) => pair.textual === true),
      independent: 1 - foundOf(({ overlap }) => !overlap),
    },
    apart: share(pairs.map(({ isKeptApart }) => isKeptApart)),
    overlapTenths: inTenths(pairs.map((pair) => [pair.scores.ours, pair.overlap])),
    conflictTenths: inTenths(pairs.map((pair) => [pair.saidConflict, pair.conflicts])),
    overlapping: share(overlaps),
    colliding: share(textual),
    judges: judges.map((judge) => {
      const scores = pairs.map((pair) => pair.scores[judge]);
      const figures = judged.map((pair) => pair.scores[judge]);
      return {
        judge,
        overlap: areaUnderCurve(scores, overlaps),
        textual: areaUnderCurve(figures, textual),
        kept: keptAtRecall(scores, overlaps),
      };
    }),
  };
}

type Result = {
  readonly name: string;
  readonly files: ReturnType<typeof table>;
  readonly pairs: ReturnType<typeof pairTable>;
  readonly calibration: ReturnType<typeof bandsOf>;
};

const bands = [0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.01];

function bandsOf(cells: readonly (readonly [number, number])[]) {
  return bands.slice(0, -1).map((low, at) => {
    const band = cells.filter(([said]) => said >= low && said < (bands[at + 1] ?? 2));
    return {
      said: mean(band.map(([said]) => said)),
      was: mean(band.map(([, was]) => was)),
      count: band.length,
    };
  });
}

function printTables({ files, pairs, calibration }: Result): void {
  const show = (value: number): string => value.toFixed(2);
  console.log(
    '\n| predictor | recall@10 | precision@10 | recall@20 | MAP | directory recall@10 |\n|---|---|---|---|---|---|',
  );
  for (const { ranker, ...figures } of files)
    console.log(`| ${ranker} | ${Object.values(figures).map(show).join(' | ')} |`);
  console.log(
    `\n${show(pairs.overlapping)} of pairs overlap, ${show(pairs.colliding)} collide\n\n| pairs | AUC overlap | AUC textual | independent pairs kept at 90 % recall |\n|---|---|---|---|`,
  );
  for (const { judge, ...figures } of pairs.judges)
    console.log(`| ${judge} | ${Object.values(figures).map(show).join(' | ')} |`);
  const { plan } = pairs;
  console.log(
    `\na plan keeps apart ${show(pairs.apart)} of all pairs, ${show(plan.overlap)} of those that overlap and ${show(plan.textual)} of those that collide; of those that it keeps apart ${show(plan.precision)} overlap; ${show(plan.independent)} of the independent ones run side by side`,
  );
  for (const [what, tenths] of [
    ['overlap', pairs.overlapTenths],
    ['conflict', pairs.conflictTenths],
  ] as const)
    console.log(`\n${what}, said → was: ${showTenths(tenths)}`);
  console.log(`\nfiles, said → was: ${showTenths(calibration)}`);
}

const results: Result[] = [];
for (const repository of positionals) {
  const startedAt = performance.now();
  const [name = '', path = name] = repository.split('=');
  const { files, pairs, calibration } = await replay(path);
  const result = { name, files: table(files), pairs: pairTable(pairs), calibration };
  results.push(result);
  console.log(
    `\n## ${name}: ${files.length / (baselineNames.length + 1)} tasks, ${pairs.length} pairs, ${Math.round((performance.now() - startedAt) / 1000)} s`,
  );
  printTables(result);
}
if (values.json !== undefined) await writeFile(values.json, JSON.stringify(results, null, 1));
