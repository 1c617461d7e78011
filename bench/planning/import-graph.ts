/**
 * How long the import graph of a repository takes compared with the least that it could (reading its JavaScript and TypeScript
 * files and asking oxc-parser for the module record of each) and compared with what others take. Every figure is of a whole
 * program, from its start to its end, as its user would run it; ours is the built package with an empty cache. All take
 * turns, so that a busy machine is so for all. With `--peers <folder>`, madge and dependency-cruiser run as well;
 * install them there with `npm install madge dependency-cruiser typescript`.
 * Usage: node bench/planning/import-graph.ts <work tree> [--runs 7] [--peers <folder>]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { markdownTable, median, spread } from '../figures.ts';
import { buildPackageCopy } from '../package-copy.ts';
import { timeProgram, type Usage } from './timed-program.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '7' }, peers: { type: 'string' } },
});
const directory = resolve(positionals[0] ?? '.');
const root = fileURLToPath(new URL('../..', import.meta.url));

type Contender = {
  readonly name: string;
  readonly argv: readonly string[];
  /** Ours starts without what it read before. */
  readonly isCold?: true;
  readonly cwd?: string;
};

/** Plain JavaScript, so that nobody waits for types to be taken out. */
function loop(each: string): string[] {
  const script = `
    import { execFileSync } from 'node:child_process';
    import { readFileSync } from 'node:fs';
    import { parseSync } from 'oxc-parser';
    const [directory] = process.argv.slice(1);
    const listed = execFileSync('git', ['ls-files', '-z'], { cwd: directory, encoding: 'utf8', maxBuffer: 1e9 });
    let count = 0;
    for (const path of listed.split('\\0')) {
      if (!/\\.[cm]?[jt]sx?$/u.test(path)) continue;
      const text = readFileSync(directory + '/' + path, 'utf8');
      count += ${each};
    }
    console.log(count);`;
  return ['--input-type=module', '--eval', script, directory];
}

function contenders(program: string, task: string): Contender[] {
  const analyze = [program, 'analyze', '.', '--json'];
  const peer = (name: string): string =>
    join(resolve(values.peers ?? ''), 'node_modules', '.bin', name);
  const extensions = 'ts,tsx,mts,cts,js,jsx,mjs,cjs';
  const peers: Contender[] = [
    { name: 'madge', argv: [peer('madge'), '--json', '--extensions', extensions, '.'] },
    {
      name: 'dependency-cruiser',
      argv: [
        peer('depcruise'),
        ...['--no-config', '--ts-pre-compilation-deps', '--output-type', 'json', '.'],
      ],
    },
  ];
  return [
    { name: floor, argv: loop('parseSync(path, text).module.staticImports.length'), cwd: root },
    { name: 'read the sources', argv: loop('text.length'), cwd: root },
    {
      name: 'bare oxc-parser loop, with syntax trees',
      argv: loop('parseSync(path, text).program.body.length'),
      cwd: root,
    },
    {
      name: '`analyze --check-dependencies`, cold',
      argv: [...analyze, '--check-dependencies'],
      isCold: true,
    },
    {
      name: '`analyze --predict`, cold: names and words as well',
      argv: [...analyze, '--predict', task],
      isCold: true,
    },
    { name: '`analyze --check-dependencies`, warm', argv: [...analyze, '--check-dependencies'] },
    ...(values.peers === undefined ? [] : peers),
  ];
}

const floor = 'bare oxc-parser loop, module records only';

const home = mkdtempSync(join(tmpdir(), 'flotilla-bench-'));
try {
  const task = join(home, 'task.md');
  writeFileSync(task, '# Keep the order of columns when a table is renamed\n');
  const all = contenders(buildPackageCopy(join(home, 'package')), task);
  const cache = join(home, 'cache');
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  const usages = all.map((): Usage[] => []);
  // The first round only warms the disk's cache.
  for (let run = 0; run <= Number(values.runs); run += 1)
    for (const [at, { argv, isCold, cwd = directory }] of all.entries()) {
      if (isCold) rmSync(cache, { recursive: true, force: true });
      const usage = timeProgram({ argv, cwd, env, home });
      if (run > 0) usages[at]?.push(usage);
    }
  console.log(table(all, usages));
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** The ratios are those of each round, so that what slowed one of a pair slowed both. */
function table(all: readonly Contender[], usages: readonly (readonly Usage[])[]): string {
  const floors = usages[0] ?? [];
  const head = [
    '',
    'least ms',
    'median ms',
    'to the bare loop, round by round',
    'CPU ms',
    'peak MB',
  ];
  const rows = all.map(({ name }, at) => {
    const own = usages[at] ?? [];
    const times = own.map(({ ms }) => ms);
    const ratios = times.map((ms, round) => ms / (floors[round]?.ms ?? Number.NaN));
    return [
      name,
      Math.round(Math.min(...times)),
      Math.round(median(times)),
      spread(ratios),
      Math.round(median(own.map(({ cpuMs }) => cpuMs))),
      Math.round(Math.max(...own.map(({ mb }) => mb))),
    ];
  });
  return markdownTable([head, ...rows]);
}
