import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSampleRepository } from '../../demo/sample-repository.ts';
import { gitAt } from '../../git/git.ts';
import { initRepository } from '../../git/repository.ts';
import { commitAll } from '../../git/work-tree.ts';
import { UserError } from '../../model/user-error.ts';
import { shellWord } from '../../reporting/shell-word.ts';
import type { CommandContext } from '../command-context.ts';
import { orchestrate } from './orchestrate.ts';

export type DemoOptions = {
  readonly dir?: string | undefined;
  readonly agent?: string | undefined;
  readonly plain?: boolean | undefined;
};

/**
 * `flotilla demo`: makes a small repository with a master issue of five sub-tasks, runs it, and merges the result;
 * by default with an agent that rehearses: its edits are scripted, but all else is real. The last line printed is the
 * folder.
 */
export async function demo(options: DemoOptions, context: CommandContext): Promise<number> {
  const directory = await newDirectory(options.dir, context.directory);
  await makeRepository(directory, context.env);
  const { stdout } = context;
  stdout.write(
    `A sample shop in ${directory}\nIts master issue, issue.md, has five sub-tasks.\n\n`,
  );
  const code = await orchestrate(
    'issue.md',
    {
      agent: options.agent ?? rehearsalAgent(),
      env: ['REHEARSAL_PACE'],
      maxWorkers: 3,
      merge: 'verified',
      plain: options.plain,
    },
    { ...context, directory },
  );
  stdout.write(`\n${nextSteps(directory)}\n\n${directory}\n`);
  return code;
}

async function newDirectory(wanted: string | undefined, from: string): Promise<string> {
  if (wanted === undefined) return mkdtemp(join(tmpdir(), 'flotilla-demo-'));
  const directory = resolve(from, wanted);
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0)
    throw new UserError({ code: 'demo-folder-taken', directory });
  return directory;
}

async function makeRepository(directory: string, env: NodeJS.ProcessEnv): Promise<void> {
  await writeSampleRepository(directory);
  const git = gitAt(directory, env);
  const identity = { name: 'Flotilla demo', email: 'demo@localhost' };
  await initRepository(git);
  await commitAll(git, { message: 'A small shop', identity });
}

/** The program that rehearses: next to this file as TypeScript in a checkout, as JavaScript in the package. */
function rehearsalAgent(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const program = fileURLToPath(
    new URL(`../../demo/rehearsal-agent.${extension}`, import.meta.url),
  );
  return `command:${shellWord(process.execPath)} ${shellWord(program)}`;
}

/** What makes `flotilla` mean this very program: a checkout is not on PATH. */
function ownProgram(): readonly (readonly [string, string])[] {
  const script = process.argv[1] ?? '';
  if (basename(script) === 'flotilla') return [];
  const program = `${shellWord(process.execPath)} ${shellWord(script)}`;
  return [
    ['this checkout is not on your PATH: paste this first', `flotilla() { ${program} "$@"; }`],
  ];
}

function nextSteps(directory: string): string {
  const runtime = '.claude/runtime/parallel/local-1';
  const looks = [
    ['what was merged: a commit for each task', 'git log --oneline flotilla/main'],
    ['what a reviewer would read', `cat ${runtime}/review.md`],
    ...ownProgram(),
    ['the run, from its journal', 'flotilla status'],
    ['what the agent said whose check failed first', 'flotilla logs issue.md 2'],
  ];
  const lines = looks.flatMap(([what, command]) => [`  # ${what}`, `  ${command}`]);
  return `What to look at next:\n  cd ${shellWord(directory)}\n${lines.join('\n')}`;
}
