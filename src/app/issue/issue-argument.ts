import { displayIssue, type IssueRef } from '../../model/issue/issue.ts';

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
