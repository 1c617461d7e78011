import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseIssue } from '../../intake/parse-issue.ts';
import type { KnownIssue } from '../../forge/local/local-forge.ts';
import type { MasterIssue } from '../../model/issue/issue.ts';
import { UserError } from '../../model/user-error.ts';
import { didYouMean } from '../place/did-you-mean.ts';

/** A master issue's text with the place that it came from. */
export type IssueText = {
  /** The real path of its file, or its address. */
  readonly source: string;
  readonly markdown: string;
};

/** Reads the file of an issue. Throws a `UserError` when it cannot be read as text. */
export async function readIssueFile(path: string, directory: string): Promise<IssueText> {
  if (/^https?:\/\//u.test(path))
    throw new UserError({
      code: 'issue-unreadable',
      path,
      why: 'it is not the address of an issue',
    });
  const wanted = resolve(directory, path);
  try {
    const source = await realpath(wanted);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(source));
    return { source, markdown: text };
  } catch (error) {
    const why = error instanceof TypeError ? 'it is not UTF-8 text' : whyUnreadable(error as Error);
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const meant = isMissing ? await nearbyFiles(path, directory) : [];
    throw new UserError({ code: 'issue-unreadable', path: wanted, why, meant });
  }
}

const mostLookedAt = 1_000;

/** Suggests a Markdown file next to the one that is missing, as its path would be typed. */
async function nearbyFiles(path: string, directory: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const names = await readdir(resolve(directory, folder)).catch(() => []);
  const files = names.slice(0, mostLookedAt).filter((name) => isMarkdownFile(name));
  return didYouMean(
    path,
    files.map((name) => (path.startsWith('./') ? `./${join(folder, name)}` : join(folder, name))),
  );
}

/** Whether a path ends as Markdown files do. */
export function isMarkdownFile(path: string): boolean {
  return /\.(?:md|markdown)$/iu.test(path);
}

/** Why a file cannot be read, in words for people. */
export function whyUnreadable(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such file';
  return error.code === 'EISDIR' ? 'it is a folder' : error.message;
}

/** The text of an issue that the local forge knows: its file as it is now, or as it was last seen. */
export async function readKnownIssue(known: KnownIssue | null, number: number): Promise<IssueText> {
  if (known === null) throw new UserError({ code: 'issue-unknown', issue: `local#${number}` });
  return readIssueFile(known.source, '/').catch(() => ({
    source: known.source,
    markdown: known.body,
  }));
}

/** Parses an issue's text. Throws a `UserError` with hints when it holds no task. */
export function parseIssueText({ source, markdown }: IssueText): MasterIssue {
  const parsed = parseIssue(markdown);
  if (parsed.ok) return parsed.value;
  throw new UserError({ ...parsed.error, source });
}
