/**
 * How many branches merge without a conflict in the order that Flotilla chooses, and in the order of the issue: on
 * generated histories, merged for real. And how long choosing takes, git's part included.
 *
 *   npm run bench:merge-order -- --shapes 5x40,12x20,30x10,100x3     (branches x histories)
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gitAt, type Git } from '../src/git/git.ts';
import { openMergeRepository } from '../src/git/merge-repository.ts';
import { chooseOrder } from '../src/trial/order/merge-order.ts';
import { readRelations } from '../src/trial/order/read-relations.ts';
import { tryMerge } from '../src/trial/try-merges.ts';
import type { FinishedBranch } from '../src/model/merge/union.ts';
import { seededChance, type Chance } from './chance.ts';
import { markdownTable, spread } from './figures.ts';

const { values } = parseArgs({
  options: {
    shapes: { type: 'string', default: '5x40,12x20,30x10,100x3' },
    /** Whether all branches are about as large. */
    even: { type: 'boolean', default: false },
    /** How many files the repository has, of 60 lines each. */
    files: { type: 'string', default: '150' },
  },
});
const files = Number(values.files);
const folder = mkdtempSync(join(tmpdir(), 'flotilla-merge-order-'));

const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.invalid'];

type Measured = {
  readonly ordinal: number;
  readonly chosen: number;
  readonly conflicts: number;
  readonly seconds: number;
};

try {
  const rows: string[][] = [];
  for (const shape of values.shapes.split(',')) {
    const [branches = 0, histories = 0] = shape.split('x').map(Number);
    const runs: Measured[] = [];
    for (let seed = 0; seed < histories; seed += 1) runs.push(await measure(branches, seed));
    rows.push(rowOf(branches, runs));
  }
  console.log(
    markdownTable([
      [
        'branches',
        'histories',
        'pairs that conflict',
        "left, issue's order",
        'left, chosen order',
        'fewer / same / more',
        'left in all',
        'time to choose',
      ],
      ...rows,
    ]),
  );
  console.log(`Medians (least–most) on ${cpus().length} cores; repositories of ${files} files.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function rowOf(branches: number, runs: readonly Measured[]): string[] {
  const count = (test: (run: Measured) => boolean): number => runs.filter(test).length;
  const sum = (of: (run: Measured) => number): number =>
    runs.reduce((all, run) => all + of(run), 0);
  const verdicts = [
    count((run) => run.chosen < run.ordinal),
    count((run) => run.chosen === run.ordinal),
    count((run) => run.chosen > run.ordinal),
  ];
  const [before, after] = [sum((run) => run.ordinal), sum((run) => run.chosen)];
  return [
    String(branches),
    String(runs.length),
    spread(
      runs.map(({ conflicts }) => conflicts),
      0,
    ),
    spread(
      runs.map(({ ordinal }) => ordinal),
      0,
    ),
    spread(
      runs.map(({ chosen }) => chosen),
      0,
    ),
    verdicts.join(' / '),
    `${before} → ${after} (${Math.round((1 - after / Math.max(1, before)) * 100)} % fewer)`,
    `${spread(runs.map(({ seconds }) => seconds))} s`,
  ];
}

async function measure(count: number, seed: number): Promise<Measured> {
  const directory = join(folder, `history-${count}-${seed}`);
  const { base, branches } = generate(directory, count, seededChance(seed * 1_000 + count));
  const source = gitAt(directory, process.env);
  const begun = performance.now();
  const place = join(folder, 'try.git');
  await using repository = await openMergeRepository({ directory: place, from: source });
  const { git } = repository;
  const question = await readRelations({ git, base, branches });
  const order = chooseOrder(question).map(({ task }) => task);
  const seconds = (performance.now() - begun) / 1_000;
  const inOrder = order.map((task) => branches[task - 1] as FinishedBranch);
  const [ordinal, chosen] = [await left(git, base, branches), await left(git, base, inOrder)];
  rmSync(directory, { recursive: true });
  return { ordinal, chosen, conflicts: question.conflicts.length, seconds };
}

/** Merges one after another for real; a branch that conflicts with what was merged before is left out and counted. */
async function left(git: Git, base: string, order: readonly FinishedBranch[]): Promise<number> {
  let [tip, count] = [base, 0];
  for (const { head } of order) {
    const trial = await tryMerge(git, { ours: tip, theirs: head });
    if (trial.kind !== 'clean') count += 1;
    else {
      const parents = ['-p', tip, '-p', head];
      tip = (await git.run([...identity, 'commit-tree', trial.tree, ...parents, '-m', 'x'])).trim();
    }
  }
  return count;
}

/**
 * Branches that change some files far more often than others, in one to three places each. Even: one to eight files
 * each. Else sizes differ as they do in life: most change one to four, one in eight sweeps through forty.
 */
function generate(
  directory: string,
  count: number,
  chance: Chance,
): { base: string; branches: FinishedBranch[] } {
  const lines = Array.from({ length: 60 }, (_, line) => `line ${line}`);
  const commit = (ref: string, from: string, edited: ReadonlyMap<number, string>): string =>
    `commit ${ref}\ncommitter B <b@x> 0 +0000\ndata 1\nx\n${from}${[...edited]
      .map(
        ([file, text]) =>
          `M 644 inline source/${file % 20}/file-${file}.txt\ndata ${Buffer.byteLength(text)}\n${text}\n`,
      )
      .join('')}\n`;
  const whole = new Map(Array.from({ length: files }, (_, file) => [file, lines.join('\n')]));
  let stream = commit('refs/heads/main', '', whole);
  for (let task = 1; task <= count; task += 1) {
    const edited = new Map<number, string>();
    for (let more = howMany(chance); more > 0; more -= 1) {
      // Squared, chance has favourites: a tenth of the files gets a third of the changes.
      const file = Math.floor(chance.next() ** 2 * files);
      const text = [...lines];
      for (let place = chance.between(1, 3); place > 0; place -= 1)
        text[chance.between(0, 59)] = `task ${task} at ${chance.next()}`;
      edited.set(file, text.join('\n'));
    }
    stream += commit(`refs/heads/task-${task}`, 'from refs/heads/main\n', edited);
  }
  mkdirSync(directory);
  const git = (args: readonly string[], input = ''): string =>
    execFileSync('git', args, { cwd: directory, input, encoding: 'utf8' }).trim();
  git(['init', '--quiet', '--bare', '--initial-branch=main']);
  git(['fast-import', '--quiet'], stream);
  const branches = Array.from({ length: count }, (_, index) => ({
    task: index + 1,
    head: git(['rev-parse', `task-${index + 1}`]),
    after: [],
  }));
  return { base: git(['rev-parse', 'main']), branches };
}

function howMany(chance: Chance): number {
  if (values.even) return chance.between(1, 8);
  return chance.between(1, 8) === 1 ? 40 : chance.between(1, 4);
}
