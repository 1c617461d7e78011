import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { MergeMethod } from '../../../git/combine-commits.ts';
import { ForgeError } from '../../../model/forge-problem.ts';
import type { MergeAnswer, MergeParams } from '../../forge.ts';
import { once, type GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';
import { readPullStanding, type PullStanding } from '../pulls/pull-standing.ts';
import { refusedMerge, type RefusedMerge } from './refused-merge.ts';
import { nextMergeMove, type MergeMove } from './next-merge-move.ts';

/** What merging on GitHub needs. */
export type MergeTools = {
  readonly client: GitHubClient;
  readonly repository: GitHubRepository;
  /** The commit that a branch is at by git itself, which is ahead of what GitHub says of pull requests. */
  readonly branchSha: (branch: string) => Promise<string | null>;
  /** Whether the base has workflows, so that checks can be expected. */
  readonly hasWorkflows: (branch: string) => Promise<boolean>;
  /** The checks that the rules of a base require, as far as they can be seen. */
  readonly requiredChecks: (branch: string) => Promise<readonly string[]>;
  /** Brings a base here as it is after a merge. */
  readonly syncBase: (branch: string) => Promise<unknown>;
  /** Milliseconds that the forge's checks, its queue and its own thinking are waited for. */
  readonly patienceMs: number;
  /** Milliseconds of a clock that does not jump. */
  readonly elapsed: () => number;
};

/** What one call of ours has seen and done. */
type Course = {
  readonly begunAt: number;
  looks: number;
  /** When a check was first seen to be red; null while none is. */
  redSince: number | null;
  wasQueued: boolean;
  isAutoMerging: boolean;
  /** Enabling it was refused once, and is not asked for again. */
  isAutoMergeRefused: boolean;
  /** Ways of merging that the repository refused. */
  readonly refused: Set<MergeMethod>;
  refusal: string | null;
};

/**
 * Merges a pull request with the head and on the base that were checked, as soon as the repository's rules let it: by the
 * merge queue where there is one, with auto-merge where checks are waited for and it is allowed. Waits for no longer than
 * its patience; what it left undone is undone again.
 */
export async function mergeOnGitHub(tools: MergeTools, params: MergeParams): Promise<MergeAnswer> {
  const course: Course = {
    ...{ begunAt: tools.elapsed(), looks: 0, redSince: null, wasQueued: false },
    isAutoMerging: false,
    ...{ isAutoMergeRefused: false, refused: new Set<MergeMethod>(), refusal: null },
  };
  const answer = await follow({ tools, params, course });
  if (answer.kind !== 'merged' && course.isAutoMerging) await stopAutoMerge(tools, params);
  return answer;
}

type Following = {
  readonly tools: MergeTools;
  readonly params: MergeParams;
  readonly course: Course;
};

async function follow(following: Following): Promise<MergeAnswer> {
  const { tools, params, course } = following;
  for (;;) {
    if (params.signal?.aborted) return { kind: 'stopped' };
    const now = await readPullStanding(tools.client, tools.repository, params.number);
    course.isAutoMerging ||= now.isAutoMerging;
    const move = await moveFor(following, now);
    course.wasQueued = now.queue.position !== null;
    const answer = await make(following, now, move);
    if (answer?.kind === 'merged') await tools.syncBase(now.base.branch);
    if (answer !== null) return answer;
    if (hasPassed(following)) return tooLate(move, course);
    await rest(following);
  }
}

async function moveFor(
  { tools, params, course }: Following,
  now: PullStanding,
): Promise<MergeMove> {
  const { branch } = now.base;
  const isOpen = now.state === 'open';
  if (isOpen && now.head !== params.head && (await isBehindGit(tools, params, now)))
    return { kind: 'wait', late: 'GitHub has not seen the push', mayAutoMerge: false };
  const isNew = tools.elapsed() - course.begunAt < graceMs(tools);
  return nextMergeMove(now, {
    ...{ head: params.head, base: params.base, wasQueued: course.wasQueued },
    requiredChecks: isOpen ? await tools.requiredChecks(branch) : [],
    isExpectingChecks: isOpen && isNew && (await tools.hasWorkflows(branch)),
    isRedNew: isRedNew(tools, course, now),
  });
}

async function isBehindGit(
  { branchSha }: MergeTools,
  { head }: MergeParams,
  { branch, isFromFork }: PullStanding,
): Promise<boolean> {
  return !isFromFork && (await branchSha(branch)) === head;
}

/** Checks that are still open when one is red get as long as the first one has to begin. */
function isRedNew(tools: MergeTools, course: Course, { checks }: PullStanding): boolean {
  if (!checks.some(({ state }) => state === 'failed')) course.redSince = null;
  else course.redSince ??= tools.elapsed();
  return course.redSince !== null && tools.elapsed() - course.redSince < graceMs(tools);
}

/** The first check of a new head shows within a minute or so; with an Actions token none ever does. */
function graceMs({ patienceMs }: MergeTools): number {
  return Math.min(60_000, patienceMs / 2);
}

/** Makes a move; null: look again. */
async function make(
  following: Following,
  now: PullStanding,
  move: MergeMove,
): Promise<MergeAnswer | null> {
  const { tools, params, course } = following;
  switch (move.kind) {
    case 'merged':
      return { kind: 'merged', sha: move.sha };
    case 'refuse':
      return { ...move, kind: 'refused' };
    case 'wait':
      if (move.mayAutoMerge && now.allows.isAutoMergeAllowed) await autoMerge(following, now);
      return null;
    case 'enqueue':
      return enqueue(tools, params, now);
    case 'merge':
      return course.isAutoMerging && course.looks < 3 ? null : merge(following, now);
  }
}

/** Merges by the way that was asked for, or the nearest one that the repository allows. */
async function merge({ tools, params, course }: Following, now: PullStanding) {
  const method = methodOf(params, now, course);
  if (method === null) {
    const message = course.refusal ?? 'the repository allows no merge method';
    return { kind: 'refused', why: 'not-allowed', message } as const;
  }
  const { owner, repo } = tools.repository;
  try {
    const { data } = await tools.client.rest.pulls.merge({
      ...{ owner, repo, pull_number: params.number, sha: params.head, merge_method: method },
      request: once,
    });
    const otherwise = method === params.method ? {} : { method };
    return { kind: 'merged', sha: data.sha, ...otherwise } as const;
  } catch (error) {
    const refused = refusedMerge(error);
    if (refused === null) throw error;
    return afterRefusal({ course, method }, refused);
  }
}

const ways: readonly MergeMethod[] = ['squash', 'merge', 'rebase'];

function methodOf(params: MergeParams, now: PullStanding, course: Course): MergeMethod | null {
  const wanted = [params.method, ...ways];
  const isOpen = (way: MergeMethod): boolean =>
    now.allows.methods.includes(way) && !course.refused.has(way);
  return wanted.find(isOpen) ?? null;
}

/** A refusal for the same reason twice is one; the first may be a base that had not settled. */
function afterRefusal(
  { course, method }: { readonly course: Course; readonly method: MergeMethod },
  { why, message }: RefusedMerge,
): MergeAnswer | null {
  if (why === 'method') {
    course.refused.add(method);
    course.refusal = message;
    return null;
  }
  if (why === 'not-yet' || course.refusal !== message) {
    course.refusal = message;
    return null;
  }
  return { kind: 'refused', why, message };
}

const enqueueing = `mutation($id: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: {pullRequestId: $id, expectedHeadOid: $head}) {
    mergeQueueEntry { position }
  }
}`;

async function enqueue(
  { client }: MergeTools,
  { head }: MergeParams,
  { id }: PullStanding,
): Promise<MergeAnswer | null> {
  try {
    await client.graphql(z.looseObject({}), enqueueing, { id, head });
    return null;
  } catch (error) {
    const refused = refusedMerge(error);
    if (refused === null) throw error;
    if (/already in the queue/iu.test(refused.message)) return null;
    return { kind: 'refused', why: 'not-allowed', message: refused.message };
  }
}

const enabling = `mutation($id: ID!, $head: GitObjectID!, $method: PullRequestMergeMethod!) {
  enablePullRequestAutoMerge(
    input: {pullRequestId: $id, expectedHeadOid: $head, mergeMethod: $method}
  ) { pullRequest { id } }
}`;

/** Lets GitHub merge it as soon as its checks allow: sooner than our next look, and never on another base. */
async function autoMerge({ tools, params, course }: Following, now: PullStanding): Promise<void> {
  const method = methodOf(params, now, course);
  if (course.isAutoMerging || course.isAutoMergeRefused || method === null) return;
  try {
    const variables = { id: now.id, head: params.head, method: method.toUpperCase() };
    await tools.client.graphql(z.looseObject({}), enabling, variables);
    course.isAutoMerging = true;
  } catch (error) {
    if (!(error instanceof ForgeError) || refusedMerge(error) === null) throw error;
    course.isAutoMergeRefused = true;
  }
}

const disabling = `mutation($id: ID!) {
  disablePullRequestAutoMerge(input: {pullRequestId: $id}) { pullRequest { id } }
}`;

/** What we leave is not to be merged later, on a base that nothing was checked on. */
async function stopAutoMerge(
  { client, repository }: MergeTools,
  { number }: MergeParams,
): Promise<void> {
  const { id, isAutoMerging } = await readPullStanding(client, repository, number);
  if (isAutoMerging) await client.graphql(z.looseObject({}), disabling, { id });
}

function hasPassed({ tools, course }: Following): boolean {
  return tools.elapsed() - course.begunAt >= tools.patienceMs;
}

function tooLate(move: MergeMove, { refusal }: Course): MergeAnswer {
  const message = move.kind === 'wait' ? move.late : (refusal ?? 'GitHub did not merge it in time');
  return { kind: 'refused', why: 'late', message };
}

const mostRestMs = 10_000;

/** Short at first, when GitHub only thinks; longer when checks run. */
async function rest({ tools, params, course }: Following): Promise<void> {
  course.looks += 1;
  const most = Math.min(mostRestMs, Math.max(200, tools.patienceMs / 30));
  const ms = Math.min(most, 100 * 2 ** Math.min(course.looks, 12));
  const signal = params.signal === undefined ? {} : { signal: params.signal };
  await delay(ms, undefined, signal).catch(() => undefined);
}
