/**
 * How long a plan takes in a repository of very many files, which it makes for itself: small TypeScript modules, each
 * importing two of its folder, and a thousand commits. Usage: node bench/planning/many-files.ts [--files 100000]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openIndex } from '../../src/evidence/open-index.ts';
import { gitAt } from '../../src/git/git.ts';
import { openPredictor } from '../../src/planning/predict/predict-footprint.ts';

const { values } = parseArgs({ options: { files: { type: 'string', default: '100000' } } });
const count = Number(values.files);
const inFolder = 50;
const commits = 1_000;

function pathOf(file: number): string {
  const folder = Math.floor(file / inFolder);
  return `packages/p${folder % 100}/src/area${folder}/part${file % inFolder}.ts`;
}

function textOf(file: number): string {
  const near = [file + 1, file + 7].map((other) => other % inFolder);
  const imports = near.map((other) => `import { part${other} } from './part${other}.ts';`);
  return `${imports.join('\n')}\nexport const part${file % inFolder} = (area${file}: number) => area${file} + ${file};\n`;
}

/** What `git fast-import` reads: one commit of all files, and then commits of three files each. */
function history(): string {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const change = (file: number, text: string): string =>
    `M 100644 inline ${pathOf(file)}\n${data(text)}`;
  const head = (at: number, message: string): string =>
    `commit refs/heads/main\ncommitter A Person <a@example.org> ${1_700_000_000 + at} +0000\n${data(message)}`;
  const files = Array.from({ length: count }, (_, file) => change(file, textOf(file)));
  const later = Array.from({ length: commits }, (_, at) => {
    const first = (at * 7_919) % count;
    const touched = [0, 1, 2].map((step) => (first + step) % count);
    const changes = touched.map((file) => change(file, `${textOf(file)}// ${at}\n`));
    return head(at + 1, `Correct area${first} of part${first % inFolder}`) + changes.join('');
  });
  return head(0, 'Begin') + files.join('') + later.join('');
}

async function measure(directory: string, name: string, isRepeated: boolean): Promise<void> {
  const startedAt = performance.now();
  const index = await openIndex({
    git: gitAt(directory, process.env),
    commit: 'main',
    cacheDirectory: join(directory, 'cache'),
  });
  const readAt = performance.now();
  const predict = openPredictor(index);
  const openedAt = performance.now();
  const texts = index.changes.slice(0, 20).map(({ message }) => message);
  const found = texts.flatMap((text) => predict(text));
  const endedAt = performance.now();
  const seconds = [readAt - startedAt, openedAt - readAt, endedAt - openedAt].map((ms) =>
    (ms / 1_000).toFixed(1),
  );
  const mb = Math.round(process.resourceUsage().maxRSS / 1_024);
  console.log(
    `| ${name} | ${seconds.join(' | ')} | ${isRepeated ? '' : mb} | ${index.files.length} files, ${found.length} foreseen ${index.notes.join(' ')} |`,
  );
}

const directory = mkdtempSync(join(tmpdir(), 'flotilla-bench-'));
try {
  spawnSync('git', ['init', '--quiet', '--bare', directory]);
  const made = spawnSync('git', ['fast-import', '--quiet'], { cwd: directory, input: history() });
  if (made.status !== 0) throw new Error(String(made.stderr));
  console.log('| | index, s | predictor, s | 20 tasks, s | peak MB | |\n|---|---|---|---|---|---|');
  await measure(directory, 'cold', false);
  await measure(directory, 'warm', true);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
