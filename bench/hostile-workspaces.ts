/**
 * Has agents lay out workspaces at random so that a program that works in them is led out, hangs, or publishes something else
 * than was checked; looks after each run whether any of it came about.
 *
 *   npm run bench:hostile -- --workspaces 2000 --seed 1 --at-once 2
 */
import { inspect, parseArgs } from 'node:util';
import { runHostile, type HostileRun } from '../test/rig/hostile-workspace.ts';
import { seededChance } from './chance.ts';

const { values } = parseArgs({
  options: {
    workspaces: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '2' },
    'each-run': { type: 'string', default: '10' },
  },
});
const wanted = Number(values.workspaces);
const each = Number(values['each-run']);
const runs: HostileRun[] = [];
let next = Number(values.seed);
let begun = 0;

async function goOn(): Promise<void> {
  while (begun < wanted) {
    begun += each;
    const seed = next;
    next += 1;
    const run = await runHostile(seededChance(seed), each).catch((error: unknown): HostileRun => ({
      ...{ workspaces: each, published: 0, seconds: 0 },
      problems: [`the run itself broke: ${inspect(error, { depth: 4, showHidden: true })}`],
    }));
    runs.push(run);
    for (const problem of run.problems) console.log(`seed ${seed}: ${problem}`);
  }
}

await Promise.all(Array.from({ length: Number(values['at-once']) }, () => goOn()));
const sum = (of: (run: HostileRun) => number): number =>
  runs.reduce((all, run) => all + of(run), 0);
const broken = runs.filter(({ problems }) => problems.length > 0).length;
console.log(
  `${sum(({ workspaces }) => workspaces)} hostile workspaces in ${runs.length} runs, ${sum(({ published }) => published)} branches published: ${broken === 0 ? 'no problem' : `${broken} runs with problems`}`,
);
process.exitCode = broken === 0 ? 0 : 1;
