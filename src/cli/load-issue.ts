import { readFile, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseIssue } from '../intake/parse-issue.ts';
import type { KnownIssue } from '../forge/local/local-forge.ts';
import { displayIssue, type IssueRef, type MasterIssue } from '../model/issue.ts';
import { UserError } from '../model/user-error.ts';

/** A master issue's text with the place that it came from. */
export type IssueText = {
  /** The real path of its file, or its address. */
  readonly source: string;
  readonly markdown: string;
};

/** What `<issue>` on the command line means. */
export type IssueArgument =
  | { readonly kind: 'local'; readonly number: number }
  /** On which forge is for the repository to say. */
  | { readonly kind: 'number'; readonly number: number }
  | {
      readonly kind: 'github';
      /** Null: not said. */
      readonly host: string | null;
      readonly owner: string;
      readonly repo: string;
      readonly number: number;
    }
  | { readonly kind: 'file'; readonly path: string };

const issueUrl = /^https?:\/\/([\w.:-]+)\/([\w.-]+)\/([\w.-]+)\/issues\/(\d+)(?:[/?#].*)?$/u;
const qualified = /^([\w.-]+)\/([\w.-]+)#(\d+)$/u;

/** Reads `<issue>`: `local#3`; `3` and `#3`; `owner/repo#3` and an issue's URL; anything else is a path. */
export function readIssueArgument(argument: string): IssueArgument {
  const text = argument.trim();
  const number = /^(local)?#?(\d+)$/u.exec(text);
  if (number !== null)
    return { kind: number[1] === undefined ? 'number' : 'local', number: Number(number[2]) };
  const [, host = null, owner = '', repo = '', ordinal] =
    issueUrl.exec(text) ?? qualified.exec(text)?.toSpliced(1, 0, '') ?? [];
  if (ordinal === undefined) return { kind: 'file', path: argument };
  return { kind: 'github', host: host || null, owner, repo, number: Number(ordinal) };
}

/** Whether `<issue>` can mean this one; a path never does, by itself. */
export function refersTo(argument: IssueArgument, ref: IssueRef): boolean {
  switch (argument.kind) {
    case 'file':
      return false;
    case 'number':
      return ref.number === argument.number;
    case 'local':
      return ref.forge === 'local' && ref.number === argument.number;
    case 'github':
      return (
        ref.forge === 'github' &&
        displayIssue(ref).toLowerCase() ===
          displayIssue({ ...argument, forge: 'github' }).toLowerCase()
      );
  }
}

/** Reads the file of an issue. Throws a `UserError` when it cannot be read as text. */
export async function readIssueFile(path: string, directory: string): Promise<IssueText> {
  const wanted = resolve(directory, path);
  try {
    const source = await realpath(wanted);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(source));
    return { source, markdown: text };
  } catch (error) {
    const why = error instanceof TypeError ? 'it is not UTF-8 text' : (error as Error).message;
    throw new UserError({ code: 'issue-unreadable', path: wanted, why });
  }
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
