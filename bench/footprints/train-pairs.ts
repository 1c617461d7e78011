/**
 * Makes `src/planning/predict/pair-weights.json`: replays the histories of the repositories whose paths it gets, foresees
 * each by the models that were made without it (`train.ts --folds`), and fits the line that judges pairs. Prints first how
 * well each repository is judged by what the others taught.
 * Usage: node bench/footprints/train-pairs.ts --folds <file> <repository>… [--waves 30] [--out <file>]
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openFactsCache } from '../../src/evidence/facts-cache.ts';
import { readIndex } from '../../src/evidence/open-index.ts';
import { gitAt } from '../../src/git/git.ts';
import { openPredictor, type FileModels } from '../../src/planning/predict/predict-footprint.ts';
import { openPairFigures, type PairFigures } from '../../src/planning/predict/predict-overlap.ts';
import { doConflict } from './hunks.ts';
import { fitLogistic, sayLogistic, type LogisticLine, type PairExample } from './logistic.ts';
import { areaUnderCurve, inTenths, keptAtRecall, mean } from './measures.ts';
import { readPastTasks, wavesOf } from './past-tasks.ts';
import { openPatches } from './patches.ts';
import { showTenths } from './show-tenths.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'src/planning/predict/pair-weights.json' },
    folds: { type: 'string' },
    waves: { type: 'string', default: '30' },
    cache: { type: 'string' },
  },
});
/** Issues have more tasks than six, and more tasks give more pairs for the same work. */
const waveSize = 12;
/** A plan of a repository with fewer known changes does not look at words. */
const fewestChanges = 50;
const names = [
  'files',
  'chance',
  'words',
  'scope',
] as const satisfies readonly (keyof PairFigures)[];

type Pair = PairExample & {
  readonly repository: number;
  /** Whether the patches do not commute; null where it is unknown. */
  readonly textual: boolean | null;
  readonly conflicts: boolean;
};

const models = JSON.parse(await readFile(values.folds ?? '', 'utf8')) as FileModels[];
const pairs: Pair[] = [];
for (const [repository, path] of positionals.entries()) {
  pairs.push(...(await collect(path, repository)));
  console.error(`${path}: ${pairs.length} pairs, ${Math.round(performance.now() / 1000)} s`);
}
report();
const { constant, weights } = fitLogistic(pairs);
const learned = {
  constant,
  ...Object.fromEntries(names.map((name, at) => [name, weights[at] ?? 0])),
  conflict: conflictShare(pairs),
};
await writeFile(values.out, `${JSON.stringify(learned, rounded)}\n`);

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toFixed(4)) : value;
}

async function collect(path: string, repository: number): Promise<Pair[]> {
  const git = gitAt(path, process.env);
  using cache = openFactsCache(values.cache ?? null);
  await using patches = await openPatches(path, process.env);
  const waves = wavesOf(await readPastTasks(git, 'HEAD', 2_500), Number(values.waves), waveSize);
  const collected: Pair[] = [];
  for (const { base, tasks } of waves) {
    const index = await readIndex({ git, commit: base, cacheDirectory: null }, cache);
    if (index.changes.length < fewestChanges) continue;
    const predict = openPredictor(index, models[repository]);
    const figures = openPairFigures(
      tasks.map(({ message }) => ({ files: predict(message), said: predict.said(message) })),
    );
    for (const [one, earlier] of tasks.entries())
      for (const [below, later] of tasks.slice(one + 1).entries()) {
        const measured = figures(one, one + 1 + below);
        const isTrue = earlier.touched.some((file) => later.touched.includes(file));
        collected.push({
          repository,
          figures: names.map((name) => measured[name]),
          isTrue,
          textual: isTrue && (await patches.collide(earlier, later)),
          conflicts: isTrue && (await doConflict(git, earlier, later)),
        });
      }
  }
  return collected;
}

function conflictShare(chosen: readonly Pair[]): number {
  return mean(chosen.filter(({ isTrue }) => isTrue).map(({ conflicts }) => (conflicts ? 1 : 0)));
}

type Judged = { readonly pair: Pair; readonly overlap: number; readonly conflict: number };

function judgedBy(line: LogisticLine, share: number, own: readonly Pair[]): Judged[] {
  return own.map((pair) => {
    const overlap = sayLogistic(line, pair.figures);
    return { pair, overlap, conflict: overlap * share };
  });
}

/** Each repository by what the others taught. */
function report(): void {
  const all = positionals.map((path, repository) => {
    const others = pairs.filter((pair) => pair.repository !== repository);
    const own = pairs.filter((pair) => pair.repository === repository);
    const judged = judgedBy(fitLogistic(others), conflictShare(others), own);
    const known = judged.filter(({ pair }) => pair.textual !== null);
    const said = judged.map(({ overlap }) => overlap);
    const labels = own.map(({ isTrue }) => isTrue);
    const row = [
      areaUnderCurve(said, labels),
      areaUnderCurve(
        known.map(({ overlap }) => overlap),
        known.map(({ pair }) => pair.textual === true),
      ),
      keptAtRecall(said, labels),
    ];
    console.log(path, own.length, 'AUC overlap, textual, kept', row.map(show).join(' '));
    return { judged, row };
  });
  const each = [0, 1, 2].map((column) => mean(all.map(({ row }) => row[column] ?? 0)));
  console.log('mean', each.map(show).join(' '));
  const judged = all.flatMap((one) => one.judged);
  tell('overlap', inTenths(judged.map(({ overlap, pair }) => [overlap, pair.isTrue])));
  tell('conflict', inTenths(judged.map(({ conflict, pair }) => [conflict, pair.conflicts])));
}

function tell(what: string, tenths: ReturnType<typeof inTenths>): void {
  console.log(`${what}, said → was: ${showTenths(tenths, 3)}`);
}

function show(value: number): string {
  return value.toFixed(3);
}
