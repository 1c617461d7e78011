import { join } from 'node:path';
import type { Holds } from '../coordination/holds.ts';
import { openCallLog } from '../forge/github/call-log.ts';
import { openClient, type GitHubClient } from '../forge/github/client.ts';
import {
  openGitHubForge,
  type GitHubForge,
  type GitHubForgeOrder,
} from '../forge/github/github-forge.ts';
import { openRepository, type KnownRepository } from '../forge/github/open-repository.ts';
import { isSameRepository, repositoryName } from '../forge/github/place.ts';
import {
  readMasterIssue,
  readReferencedIssues,
  type FoundIssue,
  type FoundMasterIssue,
} from '../forge/github/read-issue.ts';
import { parseIssue } from '../intake/parse-issue.ts';
import { trustFinding } from '../intake/trust.ts';
import { ForgeError } from '../model/forge-problem.ts';
import {
  displayIssue,
  type IssueRef,
  type IssueReference,
  type MasterIssue,
} from '../model/issue.ts';
import type { Finding } from '../model/plan.ts';
import { UserError } from '../model/user-error.ts';
import type { GitHubTarget } from './choose-forge.ts';
import type { IssueText } from './load-issue.ts';
import type { Place } from './open-repository.ts';
import { checklistOf, withReferences } from './referenced-tasks.ts';
import type { Settings } from './settings.ts';
import { useProxy } from './use-proxy.ts';

/** A master issue on GitHub, read, with the forge that its run works on. */
export type OpenedGitHub = {
  readonly ref: IssueRef;
  readonly text: IssueText;
  readonly master: MasterIssue;
  readonly forge: GitHubForge;
  /** The branch that work starts from. */
  readonly branch: string;
  readonly findings: readonly Finding[];
};

export type OpenOrder = {
  readonly target: GitHubTarget;
  /** The master issue's number: that of the target, or of the master whose sub-issue was named. */
  readonly number: number;
  readonly settings: Settings;
  readonly place: Place;
  readonly holds: Holds;
  readonly env: NodeJS.ProcessEnv;
  /** Told when GitHub asks us to wait. */
  readonly note: (text: string) => void;
};

/** Reads a master issue of GitHub with all that it refers to, and opens the forge. Changes nothing there. */
export async function openGitHub(order: OpenOrder): Promise<OpenedGitHub> {
  const connection = await connect(order);
  const { client, repository } = connection;
  const issue = await readMasterIssue(client, repository, order.number);
  const { owner, repo } = repository;
  const ref = { forge: 'github', owner, repo, number: issue.number } as const;
  const parsed = parseMaster(issue);
  const referenced = await readReferenced(client, repository, parsed, issue);
  const master = withReferences(parsed, findAmong(repository, referenced));
  const { subIssues } = issue;
  const forge = await openForge(order, connection, { subIssues, referenced });
  const text = { source: issue.url, markdown: `# ${issue.title}\n\n${issue.body}` };
  const branch = order.settings.base ?? repository.defaultBranch;
  return { ref, text, master, forge, branch, findings: trustFindings(ref, issue) };
}

/** Opens the forge of an issue that has a run: merging needs none of the issue's text, which may have changed since. */
export async function openGitHubForMerging(order: OpenOrder): Promise<GitHubForge> {
  return openForge(order, await connect(order), { subIssues: [], referenced: [] });
}

/** The way to the repository of an issue. */
type Connection = Pick<GitHubForgeOrder, 'client' | 'calls' | 'repository'>;

async function connect(order: OpenOrder): Promise<Connection> {
  const calls = openCallLog();
  const client = openClient({
    ...order.target,
    callsPerHour: order.settings.github.calls_per_hour,
    onCall: calls.add,
    onWait: (seconds) => order.note(`GitHub asks to wait ${seconds} s.`),
    isProxyIgnored: useProxy(order.env).isIgnored,
    now: () => new Date(),
  });
  return { client, calls, repository: await openTargetRepository(client, order.target) };
}

function openForge(
  { settings, place, holds, env }: OpenOrder,
  connection: Connection,
  known: { readonly subIssues: readonly FoundIssue[]; readonly referenced: Referenced },
): Promise<GitHubForge> {
  const { github } = settings;
  const { repository } = connection;
  const { owner, repo } = repository;
  return openGitHubForge({
    ...connection,
    subIssues: known.subIssues,
    // An issue of another repository is text for us, not a sub-issue to take over.
    referenced: known.referenced.filter((found) => isSameRepository(found.repository, repository)),
    directory: join(place.state.forge, 'github', host(repository), owner, `${repo}.git`),
    source: place.repository.gitDirectory,
    userGit: place.repository.git,
    ...{ holds, env },
    isDraft: github.draft,
    pullRequestLabels: github.labels,
    commentEveryMs: github.comment_interval * 1_000,
    mergePatienceMs: github.merge_patience * 1_000,
  });
}

/** The repository of the issue must be one of the user's remotes, or what one of them was forked from. */
async function openTargetRepository(
  client: GitHubClient,
  { repository, remotes }: GitHubTarget,
): Promise<KnownRepository> {
  const known = await openRepository(client, repository);
  if (remotes.some((remote) => isSameRepository(remote, repository))) return known;
  for (const remote of remotes) {
    const { parent } = await openRepository(client, remote);
    if (parent !== null && isSameRepository(parent, known)) return known;
  }
  throw new ForgeError({
    kind: 'other-repository',
    wanted: repositoryName(known),
    known: remotes.map(repositoryName),
  });
}

/** Parses the issue's text; one without a list of tasks has its sub-issues for one. */
function parseMaster({ title, body, url, subIssues }: FoundMasterIssue): MasterIssue {
  const heading = '# Issue\n\n';
  const named = { title: title.replaceAll(/\s+/gu, ' ').trim() };
  const parsed = parseIssue(heading + body);
  if (parsed.ok) return { ...parsed.value, ...named };
  const listed = parseIssue(
    heading + body + (subIssues.length === 0 ? '' : checklistOf(subIssues)),
  );
  if (listed.ok) return { ...listed.value, ...named };
  const hints = parsed.error.hints.map((hint) => ({ ...hint, line: Math.max(1, hint.line - 2) }));
  throw new UserError({ ...parsed.error, hints, source: url });
}

type Referenced = Awaited<ReturnType<typeof readReferencedIssues>>;

/** A task's own lines may name any number of issues; only those that a title begins with are read, and so many at most. */
const mostReferences = 100;

async function readReferenced(
  client: GitHubClient,
  repository: KnownRepository,
  master: MasterIssue,
  { subIssues }: FoundMasterIssue,
): Promise<Referenced> {
  const wanted = master.tasks.flatMap(({ reference }) => reference ?? []);
  const known = subIssues.map((issue: FoundIssue) => ({ ...issue, repository }));
  const isKnown = (reference: IssueReference): boolean =>
    findAmong(repository, known)(reference) !== null;
  const missing = wanted.filter((reference) => !isKnown(reference)).slice(0, mostReferences);
  const asked = missing.map((reference) => ({ ...placeOf(reference, repository) }));
  return [...known, ...(await readReferencedIssues(client, asked))];
}

function placeOf(
  { owner, repo, number }: IssueReference,
  own: KnownRepository,
): Referenced[number]['repository'] & { readonly number: number } {
  return { host: own.host, owner: owner ?? own.owner, repo: repo ?? own.repo, number };
}

function findAmong(
  own: KnownRepository,
  found: Referenced,
): (reference: IssueReference) => FoundIssue | null {
  return (reference) => {
    const { number, ...place } = placeOf(reference, own);
    const isMeant = (issue: Referenced[number]): boolean =>
      issue.number === number && isSameRepository(issue.repository, place);
    return found.find(isMeant) ?? null;
  };
}

/** Agents will follow what a stranger wrote: a person should know before they do. One stranger is told, not all. */
function trustFindings(ref: IssueRef, issue: FoundMasterIssue): readonly Finding[] {
  const found = [issue, ...issue.subIssues].flatMap(({ number, author, authorAssociation }) => {
    const what = number === issue.number ? displayIssue(ref) : `Sub-issue #${number}`;
    return trustFinding({ login: author, association: authorAssociation }, what) ?? [];
  });
  return found.slice(0, 1);
}

/** A host as a folder's name. */
function host({ host: name }: KnownRepository): string {
  return name.replaceAll(/[^\w.-]/gu, '-');
}
