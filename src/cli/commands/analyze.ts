import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { openIndex } from '../../evidence/open-index.ts';
import { gitAt, type Git } from '../../git/git.ts';
import type { TaskDependencies } from '../../model/code-dependencies.ts';
import type { SubTask } from '../../model/issue.ts';
import type { FootprintEntry } from '../../model/plan.ts';
import type { RepositoryIndex } from '../../model/repository-index.ts';
import { UserError } from '../../model/user-error.ts';
import { renderDependencies, renderPrediction } from '../../reporting/code-dependencies.ts';
import { renderTaskDependencies } from '../../reporting/task-dependencies.ts';
import { textOf } from '../../planning/task-text.ts';
import { cacheHome } from '../cache-home.ts';
import type { CommandContext } from '../command-context.ts';
import { findIssue } from '../find-issue.ts';
import { parseIssueText, readIssueArgument, readIssueFile, type IssueText } from '../load-issue.ts';
import { findPlace } from '../open-repository.ts';

export type AnalyzeOptions = {
  readonly checkDependencies?: true | undefined;
  /** An issue, as `orchestrate` takes it: what each of its tasks leans on. */
  readonly issue?: string | undefined;
  /** A file with a task's text. */
  readonly predict?: string | undefined;
  /** A commit: nothing newer is looked at. */
  readonly at?: string | undefined;
  readonly json?: true | undefined;
};

/** A script scores the whole ranking; a person reads the top of it. */
const mostInJson = 300;
const mostShown = 20;

/** `flotilla analyze [path…]`: what the code leans on, or which files a text will touch. Writes a cache and no more. */
export async function analyze(
  paths: readonly string[],
  options: AnalyzeOptions,
  context: CommandContext,
): Promise<number> {
  const text = options.predict === undefined ? null : await readTask(options.predict, context);
  const { git, folders } = await findCode(paths, context);
  const commit = await findCommit(git, options.at ?? 'HEAD', context.directory);
  const cacheDirectory = cacheHome(context.env);
  const { issue } = options;
  const depth = text === null && issue === undefined ? 'imports' : 'words';
  const index = await openIndex({ git, commit, cacheDirectory, depth });
  const isInside = (path: string): boolean =>
    folders.some((folder) => folder === '' || path === folder || path.startsWith(`${folder}/`));
  const print = (json: object, shown: () => string): void =>
    void context.stdout.write(options.json ? `${JSON.stringify(json)}\n` : shown());
  if (text === null || options.checkDependencies || issue !== undefined) {
    const { codeDependencies } = await import('../../planning/code-dependencies.ts');
    const found = codeDependencies(index, isInside);
    const tasks = issue === undefined ? null : await leanings(issue, index, context);
    print({ ...found, ...(tasks === null ? {} : { tasks }) }, () =>
      [renderDependencies(found), ...(tasks === null ? [] : [renderTaskDependencies(tasks)])].join(
        '\n',
      ),
    );
  }
  if (text !== null) {
    const files = await rank(index, text, isInside, options.json ? mostInJson : mostShown);
    print({ files }, () => renderPrediction(files, index.notes));
  }
  return 0;
}

/** What an issue's tasks lean on. */
async function leanings(
  issue: string,
  index: RepositoryIndex,
  context: CommandContext,
): Promise<TaskDependencies[]> {
  const [{ planIssue }, { openPredictor }, { taskDependencies }] = await Promise.all([
    import('../../planning/plan-issue.ts'),
    import('../../planning/predict-footprint.ts'),
    import('../../planning/task-dependencies.ts'),
  ]);
  const foresee = openPredictor(index);
  const predict = (task: SubTask): FootprintEntry[] =>
    foresee(textOf(task)).map((entry) => ({ ...entry, isDeclared: false }));
  const files = new Set(index.files.map(({ path }) => path));
  const plan = planIssue(parseIssueText(await readIssue(issue, context)), { files, predict });
  return taskDependencies(plan.tasks, index);
}

async function readIssue(argument: string, context: CommandContext): Promise<IssueText> {
  const { directory, env } = context;
  // A file needs no work tree round it.
  if (readIssueArgument(argument).kind === 'file') return readIssueFile(argument, directory);
  const place = await findPlace(directory, env);
  return (await findIssue({ argument, place, context })).text;
}

async function rank(
  index: RepositoryIndex,
  text: string,
  isInside: (path: string) => boolean,
  limit: number,
) {
  const { predictFootprint } = await import('../../planning/predict-footprint.ts');
  const files = predictFootprint(text, index, { limit: 1_000 });
  return files.filter(({ path }) => isInside(path)).slice(0, limit);
}

async function readTask(path: string, context: CommandContext): Promise<string> {
  return readFile(resolve(context.directory, path), 'utf8').catch((error: Error) => {
    throw new UserError({ code: 'issue-unreadable', path, why: error.message });
  });
}

/** The repository round the paths, and the paths as it names them. A bare one will do: nothing is checked out. */
async function findCode(
  paths: readonly string[],
  { directory, env }: CommandContext,
): Promise<{ readonly git: Git; readonly folders: readonly string[] }> {
  const wanted = (paths.length === 0 ? ['.'] : paths).map((path) => resolve(directory, path));
  const [first = directory] = wanted;
  const start = await folderOf(first);
  const git = gitAt(start, env);
  const found = await git.probe(['rev-parse', '--path-format=absolute', '--git-common-dir']);
  if (found.code !== 0) throw new UserError({ code: 'no-repository', directory: start });
  const top = await git.probe(['rev-parse', '--show-cdup']);
  const root = top.code === 0 ? resolve(start, top.stdout.trim()) : start;
  const folders = wanted.map((path) => relative(root, path).split(sep).join('/'));
  const outside = folders.find((folder) => folder.startsWith('..'));
  if (outside !== undefined)
    throw new UserError({
      code: 'usage',
      message: `${join(root, outside)} lies outside the repository ${root}.`,
    });
  return { git: gitAt(root, env), folders };
}

async function folderOf(path: string): Promise<string> {
  const found = await stat(path).catch((error: Error) => {
    throw new UserError({
      code: 'usage',
      message: `There is nothing to analyse at ${path}: ${error.message}`,
    });
  });
  return found.isDirectory() ? path : dirname(path);
}

async function findCommit(git: Git, name: string, repository: string): Promise<string> {
  const found = await git.probe([
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${name}^{commit}`,
  ]);
  if (found.code === 0) return found.stdout.trim();
  if (name === 'HEAD') throw new UserError({ code: 'no-commits-yet', repository });
  throw new UserError({ code: 'usage', message: `${name} is no commit of the repository.` });
}
