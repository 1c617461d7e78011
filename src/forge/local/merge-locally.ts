import { isInHistory, isLinear, mergeBase } from '../../git/ancestry.ts';
import { fetchRef } from '../../git/bare-clone.ts';
import { mergedTree, replayCommits, type MergeMethod } from '../../git/combine-commits.ts';
import { listSubjects, makeCommit } from '../../git/commits.ts';
import { resolveRevision, tryMoveRef } from '../../git/refs.ts';
import { UserError } from '../../model/user-error.ts';
import type {
  FetchParams,
  MergeAnswer,
  MergeParams,
  PullRequestState,
  PullReview,
  ReadyParams,
} from '../forge.ts';
import { noteMerge, type PullRequestHome } from './merged-commits.ts';

/** A pull request as its file has it. */
type Pull = {
  readonly number: number;
  readonly title: string;
  readonly head: string;
  readonly base: string;
  readonly closes: number | null;
  readonly state: PullRequestState['state'];
  /** The commit that its merge was going to be, written down before the base moved. */
  readonly merging: string | null;
  readonly mergedAs: string | null;
  /** What a person wrote into its file; empty while nobody did. */
  readonly review: string;
};

/** Reads how a pull request stands; a merge that somebody died over is brought to its end on the way. */
export async function pullRequestState(
  home: PullRequestHome,
  number: number,
): Promise<PullRequestState> {
  const pull = await settle(home, await readPull(home, number));
  const { state, base, mergedAs, review } = pull;
  const isApproved = review === approved;
  const head = await commitOf(home, pull.head);
  return { state, head, base, mergedAs, mergedBy: null, isApproved };
}

/** Lets a pull request go into another branch, as one does whose own base was merged. */
export async function makeReady(
  { records }: PullRequestHome,
  { number, into }: ReadyParams,
): Promise<void> {
  const record = await records.read(number);
  if (record?.head['base'] !== into) await records.amend(number, { base: into });
}

/** Reads what people have said of a pull request; null when its file is gone, which is the user's to delete. */
export async function pullReview(
  home: PullRequestHome,
  number: number,
): Promise<PullReview | null> {
  if ((await home.records.read(number)) === null) return null;
  const { state, review } = await readPull(home, number);
  return { number, state, isApproved: review === approved, isReviewed: review !== '' };
}

/** Takes back what a person wrote of a pull request before it was changed. */
export async function retractApproval({ records }: PullRequestHome, number: number): Promise<void> {
  if ((await records.read(number))?.head['review'] === approved)
    await records.amend(number, { review: undefined });
}

/** What a person writes into a pull request's file to approve it. */
const approved = 'approved';

/** Brings a branch of the forge into a clone of ours. */
export async function fetchBranch(
  { clone }: PullRequestHome,
  { into, branch, to }: FetchParams,
): Promise<string> {
  const from = `refs/heads/${branch}`;
  await fetchRef(into, { repository: clone.directory, from, to });
  return resolveRevision(into.git, `${to}^{commit}`);
}

/** Merges a pull request, if head and base are still those that are expected. */
export async function mergePullRequest(
  home: PullRequestHome,
  params: MergeParams,
): Promise<MergeAnswer> {
  const { clone, records } = home;
  const pull = await settle(home, await readPull(home, params.number));
  if (pull.state === 'merged' && pull.mergedAs !== null)
    return { kind: 'merged', sha: pull.mergedAs };
  if (pull.state === 'closed')
    return { kind: 'refused', why: 'closed', message: `Pull request #${params.number} is closed` };
  const [head, base] = [await commitOf(home, pull.head), await commitOf(home, pull.base)];
  if (head !== params.head) return refusal('head-moved', `${pull.head} is at ${head} now`);
  if (base !== params.base) return refusal('base-moved', `${pull.base} is at ${base} now`);
  const commit = await combine(home, pull, params);
  if (commit === null) return refusal('conflict', `${pull.head} does not merge into ${pull.base}`);
  await records.amend(params.number, { merging: commit });
  await noteMerge(clone.git, { number: params.number, base, commit });
  const ref = `refs/heads/${pull.base}`;
  if (!(await tryMoveRef(clone.git, { ref, from: base, to: commit })))
    return refusal('base-moved', `${pull.base} moved meanwhile`);
  await settle(home, { ...pull, merging: commit });
  return { kind: 'merged', sha: commit };
}

function refusal(
  why: Extract<MergeAnswer, { kind: 'refused' }>['why'],
  message: string,
): MergeAnswer {
  return { kind: 'refused', why, message };
}

/** A merge that was under way has happened when the base has its commit: then the files say so, too. */
async function settle(home: PullRequestHome, pull: Pull): Promise<Pull> {
  const { clone, records } = home;
  if (pull.state !== 'open' || pull.merging === null) return pull;
  if (!(await isInHistory(clone.git, pull.merging, `refs/heads/${pull.base}`))) return pull;
  // The files are the user's to delete, too.
  if (pull.closes !== null && (await records.read(pull.closes)) !== null)
    await records.amend(pull.closes, { state: 'closed' });
  await records.amend(pull.number, { state: 'merged', mergedAs: pull.merging });
  return { ...pull, state: 'merged', mergedAs: pull.merging };
}

async function readPull({ records }: PullRequestHome, number: number): Promise<Pull> {
  const record = await records.read(number);
  // The file is the user's to delete, and a disk's to damage.
  if (record?.kind !== 'pull')
    throw new UserError({
      code: 'forge',
      message: `The local forge's file of pull request #${number}, pulls/${number}.md, is damaged or missing.`,
      next: [
        'Put it back from a copy, or merge its branch by hand: git branch -r --list "flotilla/*"',
      ],
    });
  const { head } = record;
  const text = (name: string): string | null =>
    typeof head[name] === 'string' ? head[name] : null;
  const state = text('state');
  return {
    number,
    title: text('title') ?? '',
    head: text('head') ?? '',
    base: text('base') ?? '',
    closes: typeof head['closes'] === 'number' ? head['closes'] : null,
    state: state === 'merged' || state === 'closed' ? state : 'open',
    merging: text('merging'),
    mergedAs: text('mergedAs'),
    review: text('review') ?? '',
  };
}

async function commitOf({ clone }: PullRequestHome, branch: string): Promise<string> {
  return resolveRevision(clone.git, `refs/heads/${branch}^{commit}`);
}

/** The commit that the base should be at; null when the branch does not merge. */
async function combine(
  { clone }: PullRequestHome,
  pull: Pull,
  { method, head, base, identity }: MergeParams,
): Promise<string | null> {
  const { git } = clone;
  if (method === 'rebase') {
    const from = await mergeBase(git, base, head);
    if (from === base && (await isLinear(git, base, head))) return head;
    return replayCommits(git, { from, head, onto: base, identity });
  }
  const tree = await mergedTree(git, base, head);
  if (tree === null) return null;
  const parents = method === 'squash' ? [base] : [base, head];
  const message = messageFor(method, pull, await listSubjects(git, base, head));
  return makeCommit(git, { tree, parents, message, identity });
}

function messageFor(
  method: MergeMethod,
  { title, number, head }: Pull,
  commits: readonly string[],
): string {
  if (method === 'merge') return `Merge pull request #${number} from ${head}\n\n${title}\n`;
  const list = commits.length > 1 ? `\n${commits.map((subject) => `* ${subject}\n`).join('')}` : '';
  return `${title} (#${number})\n${list}`;
}
