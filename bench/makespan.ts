/**
 * How much longer a run takes than the bare pipeline of `floor.ts`, in turns: agents that sleep, write and commit.
 *
 *   npm run bench:makespan -- --rounds 5 --shapes 5x5x5,20x8x3,50x10x1     (agents x at once x seconds)
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeBenchUser, type BenchUser } from './bench-user.ts';
import { markdownTable, median, spread } from './figures.ts';
import { buildPackageCopy } from './package-copy.ts';
import { startWatched, type WatchedEnd } from './watched-process.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    shapes: { type: 'string', default: '5x5x5,20x8x3,50x10x1' },
    /** How many files the repository has, of 4 kB each. */
    files: { type: 'string', default: '500' },
    /** Further options of the orchestrator's Node, such as `--cpu-prof`. */
    'node-option': { type: 'string', multiple: true, default: [] },
  },
});

type Shape = { readonly tasks: number; readonly atOnce: number; readonly seconds: number };

type Measured = WatchedEnd & {
  /** From the start of the program to that of its first agent. */
  readonly firstAgent: number;
  /** From the last agent's last word to the end of the program. */
  readonly lastMile: number;
};

const folder = mkdtempSync(join(tmpdir(), 'flotilla-makespan-'));
const agentScript = fileURLToPath(new URL('sleeping-agent.sh', import.meta.url));
try {
  const program = buildPackageCopy(join(folder, 'package'));
  const floor = join(folder, 'floor.mjs');
  const source = readFileSync(new URL('floor.ts', import.meta.url), 'utf8');
  writeFileSync(floor, stripTypeScriptTypes(source));
  const rows: string[][] = [];
  for (const shape of values.shapes.split(',').map(parseShape))
    rows.push(...(await compare(shape, { program, floor })));
  console.log(markdownTable([head(), ...rows]));
  console.log(`Medians (least–most) of ${values.rounds} rounds on ${cpus().length} cores.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function parseShape(text: string): Shape {
  const [tasks = 0, atOnce = 0, seconds = 0] = text.split('x').map(Number);
  return { tasks, atOnce, seconds };
}

function head(): string[] {
  return [
    'tasks, at once, seconds',
    'ideal',
    'floor',
    'Flotilla',
    'ratio, by round',
    'first agent after: floor, Flotilla',
    'last agent to end: floor, Flotilla',
    'own CPU a task: floor, Flotilla',
    'all but agents: CPU a task of children',
    'peak',
  ];
}

async function compare(
  shape: Shape,
  programs: { readonly program: string; readonly floor: string },
): Promise<string[][]> {
  const { tasks, atOnce, seconds } = shape;
  const [ours, floors]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    floors.push(await measure(shape, (user) => floorArguments(programs.floor, user, shape)));
    ours.push(await measure(shape, (user) => ourArguments(programs.program, user, shape)));
    console.error(
      `${tasks}x${atOnce}x${seconds} ${floors.at(-1)?.seconds} ${ours.at(-1)?.seconds}`,
    );
  }
  const ideal = Math.ceil(tasks / atOnce) * seconds;
  const middle = (runs: readonly Measured[], of: (run: Measured) => number, digits = 2): string =>
    median(runs.map(of)).toFixed(digits);
  const both = (of: (run: Measured) => number, digits = 2): string =>
    `${middle(floors, of, digits)}, ${middle(ours, of, digits)}`;
  const ratios = ours.map((run, round) => run.seconds / (floors[round]?.seconds ?? Number.NaN));
  return [
    [
      `${tasks}, ${atOnce}, ${seconds}`,
      `${ideal} s`,
      `${middle(floors, (run) => run.seconds)} s`,
      `${middle(ours, (run) => run.seconds)} s`,
      spread(ratios),
      `${both((run) => run.firstAgent)} s`,
      `${both((run) => run.lastMile)} s`,
      `${both((run) => (run.usage.cpuSeconds / tasks) * 1_000, 0)} ms`,
      `${both((run) => (run.usage.childrenCpuSeconds / tasks) * 1_000, 0)} ms`,
      `${both((run) => run.usage.peakMb, 0)} MB`,
    ],
  ];
}

/** One run from nothing: a new user whose repository nobody has cloned yet. */
async function measure(
  { tasks }: Shape,
  argumentsFor: (user: BenchUser) => string[],
): Promise<Measured> {
  const root = join(folder, 'user');
  const titles = Array.from({ length: tasks }, (_, index) => `Do part ${index + 1}`);
  const files = Object.fromEntries(
    Array.from({ length: Number(values.files) }, (_, index) => [
      `source/${index % 20}/file-${index}.txt`,
      `Line of file ${index}\n`.repeat(220),
    ]),
  );
  const user = makeBenchUser({ root, tasks: titles, files });
  mkdirSync(user.rig, { recursive: true });
  const begun = Date.now();
  const end = await startWatched({
    args: argumentsFor(user),
    cwd: user.repository,
    env: user.env,
  }).ended;
  if (end.code !== 0) throw new Error(end.output);
  const [begins, ends] = [timesIn(user, 'begins'), timesIn(user, 'ends')];
  if (ends.length !== tasks) throw new Error(`${ends.length} agents ended, not ${tasks}`);
  rmSync(root, { recursive: true, force: true });
  return {
    ...end,
    firstAgent: (Math.min(...begins) - begun) / 1_000,
    lastMile: (end.endedAt - Math.max(...ends)) / 1_000,
  };
}

function timesIn({ rig }: BenchUser, name: string): number[] {
  return readFileSync(join(rig, name), 'utf8').trim().split('\n').map(Number);
}

function ourArguments(program: string, user: BenchUser, { atOnce, seconds }: Shape): string[] {
  const options = ['--plain', '--yes', '--max-workers', String(atOnce)];
  const agent = ['--agent', `command:sh ${agentScript} ${user.rig} ${seconds}`];
  return [...values['node-option'], program, 'orchestrate', '../issue.md', ...options, ...agent];
}

function floorArguments(floor: string, user: BenchUser, shape: Shape): string[] {
  const params = {
    repository: user.repository,
    directory: join(user.root, 'floor'),
    tasks: shape.tasks,
    agentsAtOnce: shape.atOnce,
    argv: ['sh', agentScript, user.rig, String(shape.seconds)],
  };
  return [floor, JSON.stringify(params)];
}
