import { join } from 'node:path';
import type { Holds } from '../../coordination/holds.ts';
import type { IssueClaims } from '../../forge/forge.ts';
import {
  openGitHubForge,
  type GitHubForge,
  type GitHubForgeParams,
} from '../../forge/github/github-forge.ts';
import type { KnownRepository } from '../../forge/github/repository/open-repository.ts';
import type { MirrorParams } from '../../forge/github/repository/mirror.ts';
import { isSameRepository } from '../../forge/github/repository/place.ts';
import type { FoundMasterIssue, FoundIssue } from '../../forge/github/issues/read-issue.ts';
import { trustedAuthors, trustFinding } from '../../intake/trusted-authors.ts';
import { openTitles } from '../../intake/digest-issue.ts';
import type { IssueDigest, IssueWords, ReadIssue } from '../../model/issue/issue-digest.ts';
import {
  displayIssue,
  type IssueRef,
  type MasterIssue,
  type SubTask,
} from '../../model/issue/issue.ts';
import type { Finding } from '../../model/plan/plan.ts';
import { mostSubIssues } from '../../forge/github/issues/ensure-issue.ts';
import { plainTitle } from '../../forge/github/issues/known-issues.ts';
import type { IssueText } from '../issue/load-issue.ts';
import type { Place } from '../place/find-place.ts';
import { checkApproval } from './check-request.ts';
import { connectGitHub, type ConnectParams, type GitHubConnection } from './connect-github.ts';
import { openClaims } from './open-claims.ts';
import { readGitHubIssue, type GitHubIssue } from './read-github-issue.ts';
import { watchGitHubIssue } from './watch-github-issue.ts';

/** A master issue on GitHub, read, with the forge that its run works on. */
export type OpenedGitHub = {
  readonly ref: IssueRef;
  readonly text: IssueText;
  readonly master: MasterIssue;
  readonly digest: IssueDigest;
  /** What it asks for by now. */
  readonly readIssue: ReadIssue;
  readonly forge: GitHubForge;
  /** The branch that work starts from. */
  readonly branch: string;
  readonly findings: readonly Finding[];
};

export type OpenParams = ConnectParams & {
  readonly place: Place;
  readonly holds: Holds;
  /** How the issue must be claimed before it is worked on; null when it is only read. */
  readonly claiming: { readonly isTakenOver: boolean } | null;
};

/** Reads a master issue of GitHub with all that it refers to, and opens the forge. Changes nothing there. */
export async function openGitHub(params: OpenParams): Promise<OpenedGitHub> {
  const { settings, request, number } = params;
  const { github } = settings;
  const connection = await connectGitHub(params);
  const { client, repository } = connection;
  const claims = await claimsOf(params, connection);
  const found = await readGitHubIssue(client, repository, number);
  const { issue, master, digest } = found;
  const { owner, repo } = repository;
  const ref = { forge: 'github', owner, repo, number: issue.number } as const;
  const { strangers, findings } = trustFindings(ref, found, github.trusted_authors);
  if (request !== null) checkApproval(request, repository, { found, strangers });
  const forge = await openForge(params, connection, { ...issue, ...found, claims });
  const text = { source: issue.url, markdown: `# ${issue.title}\n\n${issue.body}` };
  const branch = settings.base ?? repository.defaultBranch;
  const readIssue = watchGitHubIssue({
    known: digest,
    read: async () => {
      const read = await readGitHubIssue(client, repository, number);
      forge.noteReferenced(ownIssues(repository, read));
      return wordsOf(read);
    },
    everyMs: github.issue_interval * 1_000,
    elapsed: () => performance.now(),
  });
  const room = subIssueRoomFinding({
    name: displayIssue(ref),
    tasks: master.tasks,
    subIssues: issue.subIssues,
  });
  return {
    ...{ ref, text, master, digest, readIssue, forge, branch },
    findings: room === null ? findings : [...findings, room],
  };
}

/** Opens the forge of an issue that has a run: merging needs none of the issue's text, which may have changed since. */
export async function openGitHubForMerging(
  params: Omit<OpenParams, 'request'>,
): Promise<GitHubForge> {
  const opening = { ...params, request: null };
  const connection = await connectGitHub(opening);
  const claims = await claimsOf(opening, connection);
  return openForge(opening, connection, { subIssues: [], referenced: [], claims });
}

function wordsOf({ digest, master }: GitHubIssue): IssueWords {
  return { ...digest, titles: openTitles(master) };
}

/** Looks whether another machine works on the issue, before it is read. */
async function claimsOf(
  params: OpenParams,
  connection: GitHubConnection,
): Promise<IssueClaims | null> {
  if (params.claiming === null) return null;
  return openClaims({
    ...{ connection, number: params.number, stateRoot: params.place.state.root },
    mirror: mirrorOf(params, connection),
    ...params.claiming,
  });
}

function mirrorOf({ place, holds, env }: OpenParams, connection: GitHubConnection): MirrorParams {
  const { client, repository } = connection;
  const { owner, repo } = repository;
  return {
    ...{ repository, holds, env, host: client.host, token: client.token.token },
    directory: join(place.state.forge, 'github', host(repository), owner, `${repo}.git`),
    source: place.repository.gitDirectory,
    git: place.repository.git,
  };
}

function openForge(
  params: OpenParams,
  connection: GitHubConnection,
  known: Pick<FoundMasterIssue, 'subIssues'> &
    Pick<GitHubIssue, 'referenced'> &
    Pick<GitHubForgeParams, 'claims'>,
): Promise<GitHubForge> {
  const { holds, env } = params;
  const { github, isDraft } = params.settings;
  const { repository } = connection;
  const { directory, source, git: userGit } = mirrorOf(params, connection);
  return openGitHubForge({
    ...{ ...connection, holds, env, directory, source, userGit },
    ...{ claims: known.claims, subIssues: known.subIssues },
    referenced: ownIssues(repository, known),
    isDraft,
    pullRequestLabels: github.labels,
    commentEveryMs: github.comment_interval * 1_000,
    mergePatienceMs: github.merge_patience * 1_000,
  });
}

/** An issue of another repository is text for us, not a sub-issue to take over. */
function ownIssues(
  repository: KnownRepository,
  { referenced }: Pick<GitHubIssue, 'referenced'>,
): GitHubIssue['referenced'] {
  return referenced.filter((found) => isSameRepository(found.repository, repository));
}

/** Agents will follow what a stranger wrote: a person should know before they do. */
function trustFindings(
  ref: IssueRef,
  { issue, used }: GitHubIssue,
  logins: readonly string[],
): { readonly strangers: readonly number[]; readonly findings: readonly Finding[] } {
  const trusted = trustedAuthors(logins);
  const found = [issue, ...used].flatMap((one) => {
    const name = one.number === issue.number ? displayIssue(ref) : `Issue #${one.number}`;
    const author = { login: one.author, association: one.authorAssociation };
    const finding = trustFinding(author, name, trusted);
    return finding === null ? [] : { finding, number: one.number };
  });
  // One stranger is reported, not all.
  const findings = found.slice(0, 1).map(({ finding }) => finding);
  return { strangers: found.map(({ number }) => number), findings };
}

/** A host as a folder's name. */
function host({ host: name }: KnownRepository): string {
  return name.replaceAll(/[^\w.-]/gu, '-');
}

/**
 * A finding when the tasks of a master issue need more sub-issues than GitHub allows for one issue; null when there is
 * room. A task whose sub-issue is there already needs none.
 */
function subIssueRoomFinding(params: {
  /** The master issue, as people write it. */
  readonly name: string;
  readonly tasks: readonly Pick<SubTask, 'ordinal' | 'title' | 'reference'>[];
  /** The sub-issues that it has; GitHub counts closed ones, too. */
  readonly subIssues: readonly Pick<FoundIssue, 'number' | 'title'>[];
}): Finding | null {
  const { name, tasks, subIssues } = params;
  const isThere = ({ title, reference }: (typeof tasks)[number]): boolean =>
    subIssues.some(
      (issue) =>
        issue.number === reference?.number || plainTitle(issue.title) === plainTitle(title),
    );
  const missing = tasks.filter((task) => !isThere(task));
  const needed = subIssues.length + missing.length;
  const beyond = needed - mostSubIssues;
  if (beyond <= 0 || missing.length === 0) return null;
  const without = Math.min(beyond, missing.length);
  return {
    kind: 'too-many-sub-issues',
    severity: 'warning',
    tasks: missing.slice(-without).map(({ ordinal }) => ordinal),
    message: `${name} would have ${needed} sub-issues, and GitHub allows ${mostSubIssues} for one issue`,
    evidence: `${subIssues.length} there, closed ones too; ${missing.length} to create`,
    advice: `${without} of the new issues will not be listed as sub-issues; they are created anyway and say “Part of ${name}”. Remove finished sub-issues, or split the master issue.`,
  };
}
