import type { Git } from '../../git/git.ts';
import { findBase } from '../../git/user-repository.ts';
import { digestIssue } from '../../intake/digest-issue.ts';
import { displayIssue, type IssueRef, type MasterIssue } from '../../model/issue/issue.ts';
import type { IssueDigest } from '../../model/issue/issue-digest.ts';
import type { Finding } from '../../model/plan/plan.ts';
import { identifySelf } from '../../process/identity.ts';
import type { Start } from '../open-start.ts';
import { openUserHolds } from '../place/find-place.ts';
import type { AppContext } from '../user-interface.ts';
import type { GitHubTarget } from './choose-forge.ts';
import { findIssue } from './find-issue.ts';
import { parseIssueText } from './load-issue.ts';

/** A master issue that was read to look at it: nothing was written, or claimed. */
export type PeekedIssue = {
  readonly ref: IssueRef;
  readonly master: MasterIssue;
  readonly digest: IssueDigest;
  /** A path, or a URL. */
  readonly source: string;
  readonly markdown: string;
  /** What was found while the issue was read. */
  readonly findings: readonly Finding[];
  /** What must not be written down of how it was read. */
  readonly secrets: readonly string[];
  /** Where the base's commit is. */
  readonly git: Git;
  readonly sha: string;
};

export type PeekParams = Start & { readonly argument: string; readonly context: AppContext };

/** Reads the issue that was named, or the one that is meant by it. Throws a `UserError` when it cannot be read. */
export function peekIssue(params: PeekParams, meant: IssueRef | null): Promise<PeekedIssue> {
  return params.target === null
    ? peekLocal(params, meant)
    : peekGitHub(params, params.target, meant);
}

async function peekLocal(params: PeekParams, meant: IssueRef | null): Promise<PeekedIssue> {
  const { place, settings } = params;
  const argument = meant === null ? params.argument : displayIssue(meant);
  const { ref, text } = await findIssue({ ...params, argument });
  const master = parseIssueText(text);
  const { sha } = await findBase(place.repository, settings.base);
  const { source, markdown } = text;
  const digest = digestIssue(master);
  const { git } = place.repository;
  return { ref, master, digest, source, markdown, findings: [], secrets: [], git, sha };
}

/** Reads from GitHub, and fetches the base to a bare repository of ours: the user's stays as it is. */
async function peekGitHub(
  params: PeekParams,
  target: GitHubTarget,
  meant: IssueRef | null,
): Promise<PeekedIssue> {
  const { place, settings, context, request } = params;
  const { env } = context;
  const holds = openUserHolds(place, await identifySelf());
  try {
    const note = context.user.warn;
    const number = meant?.number ?? target.number;
    const { openGitHub } = await import('../github/open-github.ts');
    const opened = await openGitHub({
      ...{ target, number, request, settings, place, holds, env, note, claiming: null },
    });
    const sha = await opened.forge.fetchBase(opened.branch);
    const { source, markdown } = opened.text;
    return {
      ...opened,
      source,
      markdown,
      secrets: opened.forge.secrets,
      git: place.repository.git.at(opened.forge.repository),
      sha,
    };
  } finally {
    holds.close();
  }
}
