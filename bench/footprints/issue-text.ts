/**
 * How well files and collisions are foreseen from the text of real issues. The first argument is a list of issues with the
 * commits that resolved them (`past-issues.ts`), the others are the histories of their repositories. An issue is foreseen
 * at its commit's parent; two issues of one repository at the parent of the earlier commit, since later ones know its work.
 * With `--learn` it fits `src/planning/predict/report-weights.json`, and each repository is foreseen by what the others
 * taught. Usage: node bench/footprints/issue-text.ts <issues.json> <owner/name>=<repository>… [--cache <dir>] [--learn <file>]
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openFactsCache } from '../../src/evidence/facts-cache.ts';
import { readIndex } from '../../src/evidence/open-index.ts';
import { gitAt, type Git } from '../../src/git/git.ts';
import { openPathFinder } from '../../src/planning/declared-paths.ts';
import { openFootprints } from '../../src/planning/footprint.ts';
import { judgePairs } from '../../src/planning/predict/judge-pairs.ts';
import { openCorpus } from '../../src/planning/predict/predict-corpus.ts';
import { usualCompanions } from '../../src/planning/predict/usual-companions.ts';
import { openPredictor } from '../../src/planning/predict/predict-footprint.ts';
import { reportWeights, type ReportWeights } from '../../src/planning/predict/report-odds.ts';
import { isReport } from '../../src/planning/report-text.ts';
import { fitReports, plainWeights, type Cell } from './fit-reports.ts';
import { areaUnderCurve, inTenths, mean, scoreRanking, type Scores } from './measures.ts';
import { pairsOf, readPastIssues, type PastIssue } from './past-issues.ts';
import { taskOf } from './past-tasks.ts';
import { showTenths } from './show-tenths.ts';

type Foreseen = {
  readonly scores: readonly Scores[];
  readonly named: readonly Cell[];
  readonly unnamed: readonly Cell[];
  /** What the plan takes to be declared, new files included. */
  readonly declared: readonly Cell[];
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { cache: { type: 'string' }, learn: { type: 'string' } },
});
const [list = '', ...repositories] = positionals;
const issues = await readPastIssues(list);
using cache = openFactsCache(values.cache ?? null);
const weightsOf = values.learn === undefined ? () => reportWeights : await learn(values.learn);
const foreseen: Foreseen[] = [];
const pairs: Cell[] = [];
for (const repository of repositories) {
  const { name, git, own } = open(repository);
  const files: Foreseen[] = [];
  const weights = weightsOf(repository);
  for (const issue of own) files.push(await scoreIssue(git, issue, weights));
  const judged = await judge(git, own, weights);
  tell(`${name}: ${own.length} issues, ${judged.length} pairs`, files, judged);
  foreseen.push(...files);
  pairs.push(...judged);
}
tell(`all: ${foreseen.length} issues, ${pairs.length} pairs`, foreseen, pairs);

function open(repository: string) {
  const [name = '', path = name] = repository.split('=');
  const own = issues.filter((issue) => issue.repository === name);
  return { name, git: gitAt(path, process.env), own };
}

/** Writes what all repositories teach, and gives for each what the others do. */
async function learn(file: string): Promise<(repository: string) => ReportWeights> {
  const cells = new Map<string, Cell[]>();
  for (const repository of repositories) {
    const { git, own } = open(repository);
    const read: Cell[] = [];
    for (const issue of own)
      if (isReport(issue.message)) read.push(...(await readCells(git, issue)));
    cells.set(repository, read);
  }
  const without = (left: string | null): ReportWeights =>
    fitReports([...cells].flatMap(([repository, of]) => (repository === left ? [] : of)));
  const all = without(null);
  await writeFile(file, `${JSON.stringify(all)}\n`);
  for (const left of repositories) console.log(left, 'left out:', JSON.stringify(without(left)));
  console.log('all:', JSON.stringify(all));
  return without;
}

/** What the trees say of files; the usual companions have a rule of their own. */
async function readCells(git: Git, { message, parent, touched }: PastIssue): Promise<Cell[]> {
  const index = await readIndex({ git, commit: parent, cacheDirectory: null }, cache);
  const predict = openPredictor(index, undefined, plainWeights);
  const companions = new Set(
    [...usualCompanions(openCorpus(index)).keys()].map((at) => index.files[at]?.path),
  );
  return predict(message, { limit: 500 })
    .filter(({ path, isNew }) => !isNew && !companions.has(path))
    .map(({ path, probability }) => [probability, touched.includes(path)]);
}

async function scoreIssue(git: Git, issue: PastIssue, weights: ReportWeights): Promise<Foreseen> {
  const index = await readIndex({ git, commit: issue.parent, cacheDirectory: null }, cache);
  const existing = new Set(index.files.map(({ path }) => path));
  const truth = new Set(issue.touched.filter((path) => existing.has(path)));
  const predictor = openPredictor(index, undefined, weights);
  const predicted = predictor(issue.message, { limit: 500 }).filter(({ isNew }) => !isNew);
  const named = new Set(openPathFinder(existing)(issue.message).map(({ path }) => path));
  const cellsOf = (isNamed: boolean): Cell[] =>
    predicted
      .filter(({ path }) => named.has(path) === isNamed)
      .map(({ path, probability }) => [probability, truth.has(path)]);
  const ranked = predicted.map(({ path }) => path);
  return {
    scores: truth.size === 0 ? [] : [scoreRanking(ranked, truth)],
    named: cellsOf(true),
    unnamed: cellsOf(false),
    declared: openFootprints(
      { files: existing },
      { sharedByAll: [], tasks: 1 },
    )(taskOf(1, issue.message))
      .filter(({ path, isDeclared }) => isDeclared && !path.endsWith('/'))
      .map(({ path, probability }) => [probability, issue.touched.includes(path)]),
  };
}

/** How likely each pair meets, as said, and whether it did. */
async function judge(git: Git, own: readonly PastIssue[], weights: ReportWeights): Promise<Cell[]> {
  const cells: Cell[] = [];
  const chosen = await pairsOf(git, own);
  for (const [base, meeting] of Map.groupBy(chosen, ([earlier]) => earlier.parent)) {
    const index = await readIndex({ git, commit: base, cacheDirectory: null }, cache);
    const predict = openPredictor(index, undefined, weights);
    for (const pair of meeting) {
      const judgePair = judgePairs(
        pair.map(({ message }) => ({ files: predict(message), said: predict.said(message) })),
      );
      const [earlier, later] = pair;
      const isOverlap = earlier.touched.some((path) => later.touched.includes(path));
      cells.push([judgePair(0, 1).overlap, isOverlap]);
    }
  }
  return cells;
}

function tell(title: string, files: readonly Foreseen[], judged: readonly Cell[]): void {
  const scores = files.flatMap((one) => one.scores);
  const of = (figure: keyof Scores): string => mean(scores.map((one) => one[figure])).toFixed(2);
  const [named, unnamed] = [files.flatMap((one) => one.named), files.flatMap((one) => one.unnamed)];
  const auc = areaUnderCurve(
    judged.map(([said]) => said),
    judged.map(([, isTrue]) => isTrue),
  );
  const overlapping = mean(judged.map(([, isTrue]) => (isTrue ? 1 : 0)));
  console.log(`\n## ${title}\n`);
  console.log(`recall@10 ${of('recall10')}, MAP ${of('averagePrecision')}`);
  console.log(`${overlapping.toFixed(2)} of pairs overlap, AUC ${auc.toFixed(2)}`);
  for (const [what, cells] of [
    ['files', [...named, ...unnamed]],
    ['files that the text names', named],
    ['files that it does not name', unnamed],
    ['declared, new ones included', files.flatMap((one) => one.declared)],
    ['pairs', judged],
  ] as const)
    console.log(`${what}, said → was: ${showTenths(inTenths(cells))}`);
}
