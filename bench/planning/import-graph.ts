/**
 * How long the import graph of a repository takes beside the least that it could: reading its JavaScript and TypeScript
 * files and parsing each with oxc-parser. Each figure is the best of some runs, each in a process of its own, taken in
 * turns. With `--peers <folder>`, madge and dependency-cruiser run in the same turns; install them there with
 * `npm install madge dependency-cruiser typescript`. Usage: node bench/planning/import-graph.ts <work tree> [--runs 5]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Depth } from '../../src/evidence/depth.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    measure: { type: 'string' },
    peers: { type: 'string' },
    cache: { type: 'string' },
  },
});
const [directory = '.'] = positionals;
const sources = /\.[cm]?[jt]sx?$/u;

/** `cpuMs` is that of the process and all its children, which a busy machine stretches less. */
type Figure = {
  readonly ms: number;
  readonly cpuMs: number;
  readonly mb: number;
  readonly what: string;
};

/** As their own users would call them; they name what they find in JSON. */
const peers: Readonly<Record<string, readonly string[]>> = {
  madge: ['madge', '--json', '--extensions', 'ts,tsx,mts,cts,js,jsx,mjs,cjs', '.'],
  'dependency-cruiser': [
    'depcruise',
    '--no-config',
    '--ts-pre-compilation-deps',
    '--output-type',
    'json',
    '.',
  ],
};

const measures: Readonly<Record<string, () => Promise<string>>> = {
  read: async () => {
    let bytes = 0;
    for (const path of paths()) bytes += readFileSync(path, 'utf8').length;
    return `${paths().length} files, ${(bytes / 1e6).toFixed(1)} MB`;
  },
  'oxc-parser, module records': async () => {
    const { parseSync } = await import('oxc-parser');
    let imports = 0;
    for (const path of paths())
      imports += parseSync(path, readFileSync(path, 'utf8')).module.staticImports.length;
    return `${imports} imports`;
  },
  'oxc-parser, syntax trees': async () => {
    const { parseSync } = await import('oxc-parser');
    let nodes = 0;
    for (const path of paths())
      nodes += parseSync(path, readFileSync(path, 'utf8')).program.body.length;
    return `${nodes} statements`;
  },
  'ours, cold: import graph and history': () => index('imports', true),
  'ours, cold: names and words as well': () => index('words', true),
  'ours, warm': () => index('words', false),
  'ours, warm, and 20 tasks foreseen': async () => {
    const { openIndex } = await import('../../src/evidence/open-index.ts');
    const { openPredictor } = await import('../../src/planning/predict-footprint.ts');
    const { gitAt } = await import('../../src/git/git.ts');
    const found = await openIndex({
      git: gitAt(directory, process.env),
      commit: 'HEAD',
      cacheDirectory: values.cache ?? null,
    });
    const predict = openPredictor(found);
    const texts = found.changes.slice(0, 20).map(({ message }) => message);
    const files = texts.flatMap((text) => predict(text));
    return `${files.length} files for ${texts.length} texts`;
  },
};

async function index(depth: Depth, isCold: boolean): Promise<string> {
  const cacheDirectory = values.cache ?? null;
  const { openIndex } = await import('../../src/evidence/open-index.ts');
  const { gitAt } = await import('../../src/git/git.ts');
  if (isCold && cacheDirectory !== null) rmSync(cacheDirectory, { recursive: true, force: true });
  const { files } = await openIndex({
    git: gitAt(directory, process.env),
    commit: 'HEAD',
    cacheDirectory,
    depth,
  });
  return `${files.reduce((sum, { imports }) => sum + imports.length, 0)} edges of ${files.length} files`;
}

function paths(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z'], {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  return listed
    .split('\0')
    .filter((path) => sources.test(path))
    .map((path) => join(directory, path));
}

async function measureOne(name: string): Promise<void> {
  const startedAt = performance.now();
  const what = (await measures[name]?.()) ?? '';
  const ms = performance.now() - startedAt;
  process.stdout.write(JSON.stringify({ ms, what }));
}

/** `time` tells what children used, which Node does not. */
function timed(
  argv: readonly string[],
  { report, cwd }: { readonly report: string; readonly cwd: string },
) {
  const startedAt = performance.now();
  const { stdout, stderr } = spawnSync('time', ['-f', '%U %S %M', '-o', report, ...argv], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  const ms = performance.now() - startedAt;
  if (stdout === '') throw new Error(stderr);
  const used = readFileSync(report, 'utf8').trim().split('\n').at(-1) ?? '';
  const [user = 0, system = 0, kb = 0] = used.split(' ').map(Number);
  return { stdout, ms, cpuMs: (user + system) * 1_000, mb: kb / 1_024 };
}

function measureOurs(name: string, home: string): Figure {
  const cache = join(home, 'cache');
  const self = [process.execPath, fileURLToPath(import.meta.url), directory];
  const { stdout, ...used } = timed([...self, '--measure', name, '--cache', cache], {
    report: join(home, 'time'),
    cwd: process.cwd(),
  });
  return { ...used, ...(JSON.parse(stdout) as { readonly ms: number; readonly what: string }) };
}

function measurePeer(name: string, home: string): Figure {
  const [program = '', ...argv] = peers[name] ?? [];
  const bin = join(resolve(values.peers ?? ''), 'node_modules', '.bin', program);
  const { stdout, ...used } = timed([process.execPath, bin, ...argv], {
    report: join(home, 'time'),
    cwd: directory,
  });
  return { ...used, what: `${(stdout.length / 1e6).toFixed(1)} MB of JSON` };
}

function compare(): void {
  const home = mkdtempSync(join(tmpdir(), 'flotilla-bench-'));
  const best = new Map<string, Figure>();
  const others = values.peers === undefined ? [] : Object.keys(peers);
  try {
    for (let run = 0; run < Number(values.runs); run += 1) {
      for (const name of Object.keys(measures)) keepBest(best, name, measureOurs(name, home));
      for (const name of others) keepBest(best, name, measurePeer(name, home));
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  print(best);
}

function keepBest(best: Map<string, Figure>, name: string, figure: Figure): void {
  const known = best.get(name);
  best.set(name, {
    ...figure,
    ms: Math.min(figure.ms, known?.ms ?? Infinity),
    cpuMs: Math.min(figure.cpuMs, known?.cpuMs ?? Infinity),
  });
}

function print(best: ReadonlyMap<string, Figure>): void {
  const floor = best.get('oxc-parser, module records')?.ms ?? 1;
  const whole = best.get('oxc-parser, syntax trees')?.ms ?? 1;
  console.log(
    '| | ms | to module records | to syntax trees | CPU ms | peak MB | |\n|---|---|---|---|---|---|---|',
  );
  for (const [name, { ms, cpuMs, mb, what }] of best)
    console.log(
      `| ${name} | ${Math.round(ms)} | ${(ms / floor).toFixed(2)} | ${(ms / whole).toFixed(2)} | ${Math.round(cpuMs)} | ${Math.round(mb)} | ${what} |`,
    );
}

if (values.measure === undefined) compare();
else await measureOne(values.measure);
