import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

/** For files that could be ours: what the linter must refuse to let them import, and what they may. */
const rules: Record<
  string,
  { readonly mayNot: readonly string[]; readonly may: readonly string[] }
> = {
  'src/model/state/probe.ts': {
    mayNot: ['../../files/replace-file.ts', '../../index.ts', 'zod', 'node:fs'],
    may: ['../issue/issue.ts', './run-state.ts'],
  },
  'src/diagnosis/log/probe.ts': {
    mayNot: ['../../files/replace-file.ts', '../../reporting/explain/explain.ts', 'zod', 'node:fs'],
    may: ['../../model/failure/failure.ts', '../failure-evidence.ts'],
  },
  'src/intake/order/probe.ts': {
    mayNot: ['../../planning/plan-issue.ts', '../../files/replace-file.ts', 'node:fs'],
    may: ['../../model/issue/issue.ts', '../parse-issue.ts', 'mdast-util-gfm'],
  },
  'src/planning/probe.ts': {
    mayNot: [
      '../git/git.ts',
      '../verification/check.ts',
      '../diagnosis/failure-evidence.ts',
      'node:fs/promises',
    ],
    may: ['../model/plan/plan.ts', 'node:path', './predict/predict-footprint.ts'],
  },
  'src/reporting/live/probe.ts': {
    mayNot: ['../../process/keeper.ts', '../../journal/journal.ts'],
    may: [
      '../../files/replace-file.ts',
      '../../model/event/event.ts',
      '../../diagnosis/failure-evidence.ts',
      'log-update',
    ],
  },
  'src/files/probe.ts': { mayNot: ['../process/keeper.ts'], may: ['../model/names.ts'] },
  'src/process/probe.ts': {
    mayNot: ['../coordination/holds.ts', '../agents/agent.ts'],
    may: ['../files/replace-file.ts', '../model/result.ts'],
  },
  'src/coordination/probe.ts': {
    mayNot: ['../git/git.ts', '../workspace/workspaces.ts'],
    may: ['../process/identity.ts'],
  },
  'src/git/probe.ts': {
    mayNot: ['../workspace/workspaces.ts', '../forge/forge.ts'],
    may: ['../coordination/holds.ts', '../process/run-command.ts'],
  },
  'src/verification/criteria/probe.ts': {
    mayNot: ['../../workspace/workspaces.ts', '../../agents/agent.ts'],
    may: ['../../git/git.ts', '../scope.ts'],
  },
  'src/agents/probe.ts': { mayNot: ['../orchestration/execute-run.ts'], may: ['./agent.ts'] },
  'src/forge/local/probe.ts': {
    mayNot: ['../../orchestration/execute-run.ts', '../../cli/main.ts', '../../agents/agent.ts'],
    may: ['../forge.ts', '../../git/bare-clone.ts', './records.ts'],
  },
  'src/evidence/probe.ts': { mayNot: ['../planning/plan-issue.ts'], may: ['../git/git.ts'] },
  'src/journal/probe.ts': { mayNot: ['../cli/main.ts'], may: ['../model/event/event.ts'] },
  'src/workspace/sandbox/probe.ts': {
    mayNot: ['../../agents/agent.ts', '../../cli/main.ts'],
    may: ['../workspaces.ts', '../../git/git.ts'],
  },
  'src/notify/probe.ts': {
    mayNot: ['../reporting/notify/notice-of.ts', '../journal/journal.ts'],
    may: ['../process/run-command.ts', '../model/notification/notice.ts'],
  },
  'src/demo/probe.ts': { mayNot: ['../cli/main.ts'], may: ['./rehearsal.ts'] },
  'src/trial/probe.ts': {
    mayNot: ['../services/run-record.ts', '../merging/merge-run.ts'],
    may: ['../workspace/workspaces.ts', '../git/git.ts'],
  },
  'src/services/probe.ts': {
    mayNot: ['../orchestration/execute-run.ts', '../forge/local/local-forge.ts'],
    may: ['../forge/forge.ts', '../journal/journal.ts'],
  },
  'src/attempts/probe.ts': {
    mayNot: ['../orchestration/task/task-life.ts', '../agents/claude/claude.ts'],
    may: ['../agents/agent.ts', '../services/run-record.ts'],
  },
  'src/radar/probe.ts': {
    mayNot: ['../orchestration/execute-run.ts', '../merging/merge-run.ts'],
    may: ['../trial/try-merges.ts', '../attempts/run-attempt.ts'],
  },
  'src/orchestration/task/probe.ts': {
    mayNot: [
      '../../agents/find-agent.ts',
      '../../forge/local/local-forge.ts',
      '../../journal/sqlite-journal.ts',
      '../../merging/merge-run.ts',
      '../../reporting/files/summary.ts',
      '../../cli/main.ts',
      '../../index.ts',
    ],
    may: [
      '../../agents/agent.ts',
      '../../forge/forge.ts',
      '../../radar/watch-run.ts',
      '../../attempts/run-attempt.ts',
      '../../process/keeper.ts',
    ],
  },
  'src/merging/train/probe.ts': {
    mayNot: ['../../forge/local/local-forge.ts', '../../reporting/files/summary.ts'],
    may: ['../../forge/forge.ts', '../../orchestration/execute-run.ts'],
  },
  'src/app/run/probe.ts': {
    mayNot: ['../../cli/render-problem.ts', '../../demo/rehearsal.ts', '../../index.ts'],
    may: [
      '../user-interface.ts',
      '../../merging/merge-run.ts',
      '../../agents/find-agent.ts',
      '../../reporting/ending/closing.ts',
    ],
  },
  'src/dashboard/probe.ts': {
    mayNot: [
      '../cli/mcp/capture.ts',
      '../orchestration/execute-run.ts',
      '../workspace/workspaces.ts',
      '../agents/agent.ts',
    ],
    may: [
      '../app/glance-runs.ts',
      '../journal/sqlite-journal.ts',
      '../reporting/figures.ts',
      'hono',
    ],
  },
  'src/cli/commands/probe.ts': {
    mayNot: [],
    may: [
      '../../agents/find-agent.ts',
      '../../forge/local/local-forge.ts',
      '../program/run-program.ts',
    ],
  },
};

const pureFolders = [
  'model',
  'diagnosis',
  'intake',
  'planning',
  'verification',
  'reporting',
  'trial',
];
const root = join(import.meta.dirname, '..', '..');
let complaints: string[];

/** All complaints of the linter about some files, if they were ours: `file:line:column: message [rule]`. */
async function lint(files: Readonly<Record<string, string>>): Promise<string[]> {
  await using place = await mkdtempDisposable(join(tmpdir(), 'flotilla-lint-'));
  await copyFile(join(root, '.oxlintrc.json'), join(place.path, '.oxlintrc.json'));
  await cp(join(root, 'scripts', 'lint'), join(place.path, 'scripts', 'lint'), { recursive: true });
  for (const [path, code] of Object.entries(files)) {
    await mkdir(dirname(join(place.path, path)), { recursive: true });
    await writeFile(join(place.path, path), code);
  }
  const program = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const args = [program, '--format=unix'];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: place.path }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
  return output.split('\n').map((line) => line.replace(/^\.\//u, ''));
}

/** Calls by their line: what the linter must refuse outside of `src/git/`, and what it must leave alone. */
const rawCalls = [
  "git.run(['merge-base', one, other]);",
  "await tools.clone.git.probe(['rev-parse', '--verify', ref], { signal });",
  "clone.git.at(path).run(['reset', '--hard', commit]);",
  "clone.run([...trusting, 'rev-list', commit]);",
  "clone.run([...['log', '-1'], commit]);",
  'git.run(args);',
  'userGit.probe(args).catch(() => null);',
];
const otherCalls = [
  'findMergeBase(git, one, other);',
  "insert.run('a text', 1);",
  'pool.run(work);',
  "bench.run(commit, new Set(['lint']));",
  'bench.run([one, other]);',
  'bench.run([...tasks]);',
  'bench.run([1, 2]);',
  "git.at('/');",
  "runCommand({ argv: ['ssh', '-G'] });",
];

const importsOf = (paths: readonly string[]): string =>
  paths.map((path, index) => `export { thing${index} } from '${path}';\n`).join('');

beforeAll(async () => {
  const probes = Object.entries(rules).map(([file, { mayNot, may }]) => [
    file,
    importsOf([...mayNot, ...may]),
  ]);
  const seekers = pureFolders.map((folder) => [
    `src/${folder}/seeker.ts`,
    'export const seen = [Date.now(), Math.random(), process.env];\n',
  ]);
  const printers = ['git', 'cli'].map((folder) => [
    `src/${folder}/printer.ts`,
    "console.log('');\n",
  ]);
  const callers = ['src/cli/run', 'src/git'].map((folder) => [
    `${folder}/caller.ts`,
    [...rawCalls, ...otherCalls].join('\n'),
  ]);
  const tests = [['src/cli/run/caller.test.ts', rawCalls.join('\n')]];
  complaints = await lint(
    Object.fromEntries([...probes, ...seekers, ...printers, ...callers, ...tests]),
  );
});

function complaintsAbout(file: string, rule: string): string[] {
  return complaints.filter((line) => line.startsWith(`${file}:`) && line.includes(rule));
}

test.each(Object.entries(rules))(
  '%s may import what lies further in, and no more',
  (file, { mayNot }) => {
    const refused = complaintsAbout(file, 'house(imports)').map((line) => line.split(':')[1]);
    expect(refused).toEqual(mayNot.map((_, index) => String(index + 1)));
  },
);

test.each(pureFolders)('%s takes no clock, chance or environment of its own', (folder) => {
  expect(complaintsAbout(`src/${folder}/seeker.ts`, 'no-restricted-properties')).toHaveLength(3);
});

test('only the command line and the reports print', () => {
  expect(complaintsAbout('src/git/printer.ts', 'no-console')).toHaveLength(1);
  expect(complaintsAbout('src/cli/printer.ts', 'no-console')).toHaveLength(0);
});

test('git is asked by verbs outside of its own room and of tests', () => {
  const rule = 'house(git-by-verb)';
  const refused = complaintsAbout('src/cli/run/caller.ts', rule).map((line) => line.split(':')[1]);
  expect(refused).toEqual(rawCalls.map((_, at) => String(at + 1)));
  expect(complaintsAbout('src/git/caller.ts', rule)).toEqual([]);
  expect(complaintsAbout('src/cli/run/caller.test.ts', rule)).toEqual([]);
});
