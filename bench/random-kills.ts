/**
 * Kills orchestrators, keepers and agents at random moments, again and again within the same run, and looks whether
 * each run still ends as if nothing had happened.
 *
 *   npm run bench:kills -- --kills 200 --minutes 45 --seed 1 --at-once 2
 *   npm run bench:kills -- --kills 200 --merging       in the sandbox, and merged at the end
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededChance } from './chance.ts';
import { markdownTable, median } from './figures.ts';
import {
  agentStarts,
  draftsLeft,
  endState,
  findProblems,
  notedCommits,
  type EndState,
} from './judge-run.ts';
import { journalOf, runWithKills, type Kill, type KilledRun } from './killed-run.ts';
import { buildPackageCopy } from './package-copy.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '45' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    'at-once': { type: 'string', default: '2' },
    merging: { type: 'boolean', default: false },
  },
});
const wanted = Number(values.kills);
const seed = Number(values.seed);
const isMerging = values.merging;
const deadline = performance.now() + Number(values.minutes) * 60_000;
const mostKillsOfOneRun = 6;

type Judged = KilledRun & {
  readonly number: number;
  readonly problems: readonly string[];
  readonly starts: readonly number[];
  readonly commits: number;
  readonly drafts: number;
  readonly adopted: readonly string[];
};

const folder = mkdtempSync(join(tmpdir(), 'flotilla-kills-'));
const program = buildPackageCopy(join(folder, 'package'));
const started = performance.now();
const { reference, spanMs } = await undisturbed();
console.log(`seed ${seed}; an undisturbed run takes ${(spanMs / 1_000).toFixed(1)} s`);
const runs: Judged[] = [];
let [planned, next] = [0, 0];
await Promise.all(Array.from({ length: Number(values['at-once']) }, () => goOn()));
report();
const isClean = runs.every(({ problems }) => problems.length === 0);
if (isClean) rmSync(folder, { recursive: true, force: true });
else console.log(`Runs with problems are kept in ${folder}`);
process.exitCode = isClean ? 0 : 1;

async function undisturbed(): Promise<{ reference: EndState; spanMs: number }> {
  const spans: number[] = [];
  let state: EndState | null = null;
  for (const name of ['a', 'b', 'c']) {
    const begun = performance.now();
    const root = join(folder, `undisturbed-${name}`);
    const params = { program, root, kills: 0, chance: seededChance(0), spanMs: 0, isMerging };
    const run = await runWithKills(params);
    spans.push(performance.now() - begun);
    state ??= endState(program, run.user);
    const problems = findProblems(program, run, state);
    if (problems.length > 0)
      throw new Error(`Undisturbed, too: ${problems.join('\n')}\n${run.story}`);
    rmSync(root, { recursive: true, force: true });
  }
  if (state === null) throw new Error('No run was made');
  return { reference: state, spanMs: median(spans) };
}

/** One run after another, each with kills of its own, until enough were made or time is up. */
async function goOn(): Promise<void> {
  while (planned < wanted && performance.now() < deadline) {
    const number = next;
    next += 1;
    const chance = seededChance(seed * 1_000 + number);
    const kills = Math.min(chance.between(1, mostKillsOfOneRun), wanted - planned);
    planned += kills;
    const root = join(folder, `run-${number}`);
    const run = await runWithKills({ program, root, kills, chance, spanMs, isMerging });
    // A run may end before its last kill falls: that one is made up for in another run.
    planned -= kills - run.kills.length;
    const judged = judge(number, run);
    runs.push(judged);
    tell(judged);
    if (judged.problems.length === 0) rmSync(root, { recursive: true, force: true });
  }
}

function judge(number: number, run: KilledRun): Judged {
  const adopted = journalOf(run.user).flatMap((event) =>
    event.type === 'attempt-adopted' ? [event.found] : [],
  );
  const problems = findProblems(program, run, reference);
  const commits = notedCommits(run.user).flat().length;
  const drafts = draftsLeft(run.user).length;
  return { ...run, number, problems, starts: agentStarts(run.user), commits, drafts, adopted };
}

function tell({ number, kills, problems, story, orchestrators }: Judged): void {
  const words = kills.map(({ victim, after }) => `${victim} after ${after ?? 'nothing'}`);
  const made = runs.reduce((sum, run) => sum + run.kills.length, 0);
  console.log(
    `${made}/${wanted} run ${number}: ${orchestrators} orchestrators; ${words.join(', ')}`,
  );
  if (problems.length > 0) console.log(`PROBLEM ${problems.join('\nPROBLEM ')}\n${story}`);
}

function count<T>(items: readonly T[], name: (item: T) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(name(item), (counts.get(name(item)) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one);
}

function report(): void {
  const kills: Kill[] = runs.flatMap((run) => [...run.kills]);
  const total = (values_: readonly number[]): number => values_.reduce((sum, one) => sum + one, 0);
  const starts = total(runs.flatMap(({ starts: each }) => [...each]));
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  const rows: [string, string | number][] = [
    ['', `seed ${seed}`],
    ['runs of three tasks', runs.length],
    ['kills', kills.length],
    ...count(kills, ({ victim }) => `of these, of ${victim}s`),
    ['most in one run', Math.max(...runs.map((run) => run.kills.length))],
    ['different newest events at a kill', new Set(kills.map(({ after }) => after)).size],
    ['orchestrators started', total(runs.map(({ orchestrators }) => orchestrators))],
    ...count(
      runs.flatMap(({ adopted }) => [...adopted]),
      (found) => `attempts taken over: ${found}`,
    ),
    ['agents started', starts],
    ['of these, again because keeper or agent was killed', starts - total(runs.map(() => 4))],
    ['commits made by agents', total(runs.map(({ commits }) => commits))],
    ['hidden drafts of files left behind', total(runs.map(({ drafts }) => drafts))],
    ['runs with a problem', runs.filter(({ problems }) => problems.length > 0).length],
    ['minutes', `${minutes} on ${cpus().length} cores`],
  ];
  console.log(`\n${markdownTable(rows)}`);
  const moments = count(kills, ({ after }) => after ?? 'nothing yet');
  console.log(markdownTable([['newest event', 'kills'], ...moments]));
}
