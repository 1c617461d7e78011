/**
 * How long the import graph of a repository takes beside the least that it could: reading its JavaScript and TypeScript
 * files and parsing each with oxc-parser. Each figure is the best of some runs, each in a process of its own, taken in
 * turns. Usage: node bench/planning/import-graph.ts <work tree> [--runs 5]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Depth } from '../../src/evidence/depth.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    measure: { type: 'string' },
    cache: { type: 'string' },
  },
});
const [directory = '.'] = positionals;
const sources = /\.[cm]?[jt]sx?$/u;

type Figure = { readonly ms: number; readonly mb: number; readonly what: string };

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

if (values.measure === undefined) compare();
else await measureOne(values.measure);

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
  const mb = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ ms, mb, what } satisfies Figure));
}

function compare(): void {
  const cache = mkdtempSync(join(tmpdir(), 'flotilla-bench-'));
  const best = new Map<string, Figure>();
  try {
    for (let run = 0; run < Number(values.runs); run += 1)
      for (const name of Object.keys(measures)) {
        const argv = [
          fileURLToPath(import.meta.url),
          directory,
          '--measure',
          name,
          '--cache',
          cache,
        ];
        const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
        if (stdout === '') throw new Error(stderr);
        const figure = JSON.parse(stdout) as Figure;
        if (figure.ms < (best.get(name)?.ms ?? Infinity)) best.set(name, figure);
      }
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
  const floor = best.get('oxc-parser, module records')?.ms ?? 1;
  const whole = best.get('oxc-parser, syntax trees')?.ms ?? 1;
  console.log(
    '| | ms | to module records | to syntax trees | peak MB | |\n|---|---|---|---|---|---|',
  );
  for (const [name, { ms, mb, what }] of best)
    console.log(
      `| ${name} | ${Math.round(ms)} | ${(ms / floor).toFixed(2)} | ${(ms / whole).toFixed(2)} | ${Math.round(mb)} | ${what} |`,
    );
}
