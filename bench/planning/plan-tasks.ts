/**
 * How long a plan of many tasks takes on a real repository, from the start of the program to its end: a dry run of an
 * issue whose tasks are the repository's own last commit messages. The first run of each repository is cold; the others
 * find what it read. Usage: node bench/planning/plan-tasks.ts <work tree> [--tasks 20,500] [--runs 3] [--program <file>]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { timeProgram, type Usage } from './timed-program.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    tasks: { type: 'string', default: '20,500' },
    runs: { type: 'string', default: '3' },
    program: {
      type: 'string',
      default: fileURLToPath(new URL('../../bin/flotilla.js', import.meta.url)),
    },
  },
});
const [directory = '.'] = positionals;

type Figure = Usage & { readonly what: string };

/** Subjects and bodies of the newest commits: what people write of work in this repository. */
function issueOf(count: number): string {
  const log = execFileSync(
    'git',
    ['log', '--no-merges', '-n', String(count), '--format=%s%x01%b%x02'],
    {
      cwd: directory,
      encoding: 'utf8',
      maxBuffer: 1e9,
    },
  );
  const messages = log.split('\u0002').filter((record) => record.trim() !== '');
  const items = messages.map((record) => {
    const [subject = '', body = ''] = record.trim().split('\u0001');
    return `- [ ] **${subject.replaceAll('*', '')}**: ${body.replaceAll(/\s+/gu, ' ').slice(0, 400)}`;
  });
  return `# ${count} tasks\n\n## Tasks\n\n${items.join('\n')}\n`;
}

function plan(issue: string, home: string): Figure {
  const { stdout, ...used } = timeProgram({
    argv: [values.program, 'orchestrate', issue, '--dry-run', '--json'],
    cwd: directory,
    env: {
      ...process.env,
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_STATE_HOME: join(home, 'state'),
    },
    home,
  });
  const { tasks } = JSON.parse(stdout) as { tasks: readonly { footprint: readonly unknown[] }[] };
  const files = tasks.reduce((sum, { footprint }) => sum + footprint.length, 0);
  return { ...used, what: `${tasks.length} tasks, ${files} files` };
}

const home = mkdtempSync(join(tmpdir(), 'flotilla-bench-'));
try {
  console.log('| | seconds | CPU seconds | peak MB | |\n|---|---|---|---|---|');
  for (const [at, count] of values.tasks.split(',').map(Number).entries()) {
    const issue = join(home, `${count}.md`);
    writeFileSync(issue, issueOf(count));
    const figures = Array.from({ length: Number(values.runs) + 1 }, () => plan(issue, home));
    const [first, ...rest] = figures;
    const best = rest.toSorted((one, other) => one.ms - other.ms)[0];
    if (at === 0) show(`${count} tasks, cold`, first);
    show(`${count} tasks, warm`, best);
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}

function show(name: string, figure: Figure | undefined): void {
  if (figure === undefined) return;
  const { ms, cpuMs, mb, what } = figure;
  console.log(
    `| ${name} | ${[ms / 1_000, cpuMs / 1_000].map((value) => value.toFixed(2)).join(' | ')} | ${Math.round(mb)} | ${what} |`,
  );
}
