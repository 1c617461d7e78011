import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { placedWords } from '../../model/text/placed-words.ts';
import type { Holds } from '../../coordination/holds.ts';
import { ensureBareClone, type BareClone } from '../../git/bare-clone.ts';
import type { Git } from '../../git/git.ts';
import { ensureLargeFiles } from '../../git/large-files.ts';
import { pushLocally } from '../../git/local-transport.ts';
import { resolveRevision } from '../../git/refs.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { openBranchExport } from '../export-branches.ts';
import type { PushParams, Forge, ForgeAbilities } from '../forge.ts';
import { cannot } from '../cannot.ts';
import type { ReviewRequest } from '../pull-report.ts';
import { openClosing, withTicks } from './local-closing.ts';
import {
  fetchBranch,
  makeReady,
  mergePullRequest,
  pullRequestState,
  pullReview,
  retractApproval,
} from './merge-locally.ts';
import { openRecords, type Records } from './records.ts';
import { syncBase } from './sync-base.ts';

/** The forge for people with no token, no network or another host: a bare repository and Markdown files. */
export type LocalForge = Forge & {
  /** The issue number of a Markdown file: the same real path is the same issue. */
  readonly ensureMasterIssue: (params: {
    readonly source: string;
    readonly title: string;
    readonly body: string;
  }) => Promise<number>;
  /** The file that a master issue was made from, and its text as last seen; null when there is no such issue. */
  readonly findMasterIssue: (number: number) => Promise<KnownIssue | null>;
};

/** A master issue as the local forge knows it: the file it was made from, and its text as last seen. */
export type KnownIssue = { readonly source: string; readonly body: string };

export type LocalForgeParams = {
  readonly directory: string;
  /** The user's git directory. */
  readonly source: string;
  readonly branch: string;
  readonly userGit: Git;
  readonly holds: Holds;
};

/** Opens the local forge of a repository; it is made when missing. */
export async function openLocalForge(params: LocalForgeParams): Promise<LocalForge> {
  const { directory, holds, userGit, source } = params;
  const clone = await ensureBareClone({
    directory: join(directory, 'repository.git'),
    source,
    branch: params.branch,
    git: userGit,
    holds,
  });
  const records = openRecords(directory, (work) => holds.during(`forge:${directory}`, work));
  const exportOnce = openBranchExport(userGit, clone.directory);
  return {
    can: abilities,
    ...beyondUs,
    repository: clone.directory,
    secrets: [],
    ensureMasterIssue: async ({ source: path, title, body }) => {
      const head = { kind: 'master', title, source: path, labels: ['parallel-orchestration'] };
      const known = await records.find('issue', masterKey(path));
      const ticked = withTicks(body, known?.body ?? '');
      const record = { kind: 'issue', key: masterKey(path), head, body: ticked } as const;
      return (await records.ensure(record)).number;
    },
    findMasterIssue: (number) => findMasterIssue(records, number),
    // Throws a `UserError` when merged work would be lost.
    syncBase: async (branch, userSha) => {
      try {
        return await syncBase({ home: { clone, records }, source, branch, userSha });
      } finally {
        // What a user is asked to join by hand must be there, too.
        await exportOnce();
      }
    },
    ensureIssue: ({ kind, parent, key, title, body, labels, state }) => {
      const kept = state === undefined ? {} : { state };
      const head = { kind, title, parent: displayIssue(parent), labels, ...kept };
      return records.ensure({ kind: 'issue', key, head, body });
    },
    push: async (pushed) => {
      await push(clone, userGit, pushed);
      await exportOnce();
    },
    ensurePullRequest: ({ key, title, body, closes, checks, ...branches }) => {
      const head = { title, head: branches.head, base: branches.base, closes, checks };
      return records.ensure({ kind: 'pull', key, head, body });
    },
    reviews: async (numbers) => {
      const home = { clone, records };
      const found = await Promise.all(numbers.map((number) => pullReview(home, number)));
      return found.filter((one) => one !== null);
    },
    ...localFeedback({ clone, records }),
    // Who has the files may do what they like with them.
    requireRight: () => undefined,
    pullRequestState: (number) => pullRequestState({ clone, records }, number),
    ...openClosing(records),
    makeReady: (ready) => makeReady({ clone, records }, ready),
    retractApproval: (number) => retractApproval({ clone, records }, number),
    baseSha: (branch) => resolveRevision(clone.git, `refs/heads/${branch}`),
    fetch: (branch) => fetchBranch({ clone, records }, branch),
    merge: async (merging) => {
      const answer = await mergePullRequest({ clone, records }, merging);
      await exportOnce();
      return answer;
    },
  };
}

/** Nothing here runs by itself, costs anything, or is seen by another machine. */
const abilities: ForgeAbilities = {
  ...{ checks: false, published: false, claims: false, progress: false, usage: false },
  ...{ feedback: true, comments: false },
  approvals: 'pull',
  mergeMethods: ['squash', 'merge', 'rebase'],
};

const beyondUs = {
  findPublished: cannot('published work of lost runs'),
  baseStanding: cannot('checks'),
  lookAtPulls: cannot('checks'),
  readComments: cannot('comments'),
  mayWrite: cannot('comments'),
  takeClaim: cannot('claims'),
  openProgress: cannot('progress'),
  usage: cannot('usage'),
};

/** The key of the master issue that a file is. */
export function masterKey(source: string): string {
  return `file:${source}`;
}

/** Looks a master issue up in a local forge's records. */
export async function findMasterIssue(
  records: Records,
  number: number,
): Promise<KnownIssue | null> {
  const record = await records.read(number);
  const source = record?.head['source'];
  return record === null || typeof source !== 'string' ? null : { source, body: record.body };
}

/** The branch is ours alone, so what stood there before is an older attempt of the same task. */
async function push(clone: BareClone, userGit: Git, params: PushParams): Promise<void> {
  const { from, branch, ...rest } = params;
  const work = clone.git.at(from);
  await pushLocally(work, { ...rest, into: clone.directory, ref: `refs/heads/${branch}` });
  await ensureLargeFiles({ git: work, commit: params.commit, from: work, to: userGit });
}

type LocalFeedbackParams = {
  readonly clone: BareClone;
  readonly records: Records;
};

/** What a person writes into a pull request's file to ask for changes; the requests are in `comments`. */
const asking = 'changes-requested';

/** What comes back from pull requests of the local forge: what somebody wrote into the heads of their files. */
function localFeedback({
  clone,
  records,
}: LocalFeedbackParams): Pick<
  Forge,
  'readJobLog' | 'readReviewRequests' | 'fetchBranch' | 'ensureAnswer'
> {
  return {
    readJobLog: async () => null,
    readReviewRequests: async (pull) => {
      const head = (await records.read(pull))?.head ?? {};
      if (head['review'] !== asking) return [];
      const comments = Array.isArray(head['comments']) ? head['comments'] : [];
      return comments.filter((comment) => typeof comment === 'string').flatMap(requestOf);
    },
    fetchBranch: (branch) => resolveRevision(clone.git, `refs/heads/${branch}^{commit}`),
    ensureAnswer: async ({ number, body }) => {
      await records.amend(number, { answer: body.split('\n')[0] ?? '' });
    },
  };
}

/** Anyone who can write to the file is the user. */
function requestOf(comment: string): readonly ReviewRequest[] {
  const text = comment.trim();
  if (text === '') return [];
  const { path, line, words } = placedWords(text);
  const id = `comment:${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  return [{ id, author: 'the reviewer', isTrusted: true, body: words, path, line }];
}
