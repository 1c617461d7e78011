import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { plainJson } from '../../model/text/plain-text.ts';
import { openIndex } from '../../evidence/open-index.ts';
import type { MasterIssue } from '../../model/issue/issue.ts';
import type { RepositoryIndex } from '../../model/plan/repository-index.ts';
import { UserError } from '../../model/user-error.ts';
import { renderDependencies, renderPrediction } from '../../reporting/plan/render-dependencies.ts';
import { renderTaskDependencies } from '../../reporting/plan/render-task-dependencies.ts';
import { cacheHome } from '../../app/place/cache-home.ts';
import { isMarkdownFile, whyUnreadable } from '../../app/issue/load-issue.ts';
import { findCode } from '../../app/plan/find-code.ts';
import type { CommandContext } from '../command-context.ts';
import { letYoungGenerationGrow } from '../young-generation.ts';

export type AnalyzeOptions = {
  readonly checkDependencies?: true | undefined;
  /** An issue: its file, or its number on the local forge. */
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

/**
 * `flotilla analyze [path…]`: what the code depends on, what the tasks of an issue depend on, or which files a text will
 * touch. Writes a cache and no more.
 */
export async function analyze(
  given: readonly string[],
  asked: AnalyzeOptions,
  context: CommandContext,
): Promise<number> {
  const { paths, options } = await withNamedIssue(given, asked, context);
  requireOneAnswer(options);
  letYoungGenerationGrow();
  const text = options.predict === undefined ? null : await readTask(options.predict, context);
  const issue = options.issue === undefined ? null : await readIssue(options.issue, context);
  const { git, commit, folders } = await findCode(paths, options.at, context);
  const cacheDirectory = cacheHome(context.env);
  const depth = text === null && issue === null ? 'imports' : 'words';
  const index = await openIndex({ git, commit, cacheDirectory, depth });
  const isInside = (path: string): boolean =>
    folders.some((folder) => folder === '' || path === folder || path.startsWith(`${folder}/`));
  const print = (json: object, shown: () => string): void =>
    void context.stdout.write(options.json ? `${plainJson(json)}\n` : shown());
  if (issue !== null) {
    const { taskDependencies } = await import('../../planning/predict/find-task-dependencies.ts');
    const tasks = taskDependencies(issue, index);
    print({ tasks }, () => renderTaskDependencies(tasks, index.notes));
  }
  if ((text === null && issue === null) || options.checkDependencies) {
    const { codeDependencies } = await import('../../planning/predict/find-code-dependencies.ts');
    const found = codeDependencies(index, isInside);
    print(found, () => renderDependencies(found));
  }
  if (text !== null) {
    const files = await rank(index, text, isInside, options.json ? mostInJson : mostShown);
    print({ files }, () => renderPrediction(files, index.notes));
  }
  return 0;
}

/** A Markdown file among the paths is an issue, where no other question is asked: it has no code that could be analysed. */
async function withNamedIssue(
  paths: readonly string[],
  options: AnalyzeOptions,
  { directory }: CommandContext,
): Promise<{ readonly paths: readonly string[]; readonly options: AnalyzeOptions }> {
  const [issue, ...others] = paths.filter((path) => isMarkdownFile(path));
  const { checkDependencies, predict } = options;
  const isAsked = [checkDependencies, predict, options.issue].some((one) => one !== undefined);
  if (issue === undefined || others.length > 0 || isAsked) return { paths, options };
  const found = await stat(resolve(directory, issue)).catch(() => null);
  if (found?.isDirectory()) return { paths, options };
  return { paths: paths.filter((path) => path !== issue), options: { ...options, issue } };
}

/** Scripts read one object, and the figures of one answer have the names of another's. */
function requireOneAnswer({ json, checkDependencies, issue, predict }: AnalyzeOptions): void {
  const asked = [checkDependencies, issue, predict].filter((option) => option !== undefined);
  if (!json || asked.length < 2) return;
  const message =
    '--json prints one object: ask for one of --check-dependencies, --issue and --predict';
  throw new UserError({ code: 'usage', message });
}

async function rank(
  index: RepositoryIndex,
  text: string,
  isInside: (path: string) => boolean,
  limit: number,
) {
  const { predictFootprint } = await import('../../planning/predict/predict-footprint.ts');
  const files = predictFootprint(text, index, { limit: 1_000 });
  return files.filter(({ path }) => isInside(path)).slice(0, limit);
}

/** What reads Markdown is loaded for an issue alone: it is most of the program. */
async function readIssue(argument: string, context: CommandContext): Promise<MasterIssue> {
  const { readAnalyzedIssue } = await import('../../app/issue/analyzed-issue.ts');
  return readAnalyzedIssue(argument, context);
}

async function readTask(path: string, context: CommandContext): Promise<string> {
  return readFile(resolve(context.directory, path), 'utf8').catch((error: Error) => {
    const message = `The task's text ${path} cannot be read: ${whyUnreadable(error)}`;
    throw new UserError({ code: 'usage', message });
  });
}
