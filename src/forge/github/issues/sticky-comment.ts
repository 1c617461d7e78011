import { setTimeout as delay } from 'node:timers/promises';
import { isPassing } from '../../../model/forge-problem.ts';
import type { ForgeProgress } from '../../forge.ts';
import { once, type GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';
import { createSurely } from './create-surely.ts';

export type StickyCommentParams = {
  readonly client: GitHubClient;
  readonly repository: GitHubRepository;
  readonly issue: number;
  /** The hidden marker by which the comment is found again. */
  readonly key: string;
  /** Markdown, as it is now. */
  readonly text: () => string;
  /** Milliseconds between two writes, at least. */
  readonly everyMs: number;
};

/** Where a comment is, and the hidden marker that finds it. */
type CommentPlace = Pick<StickyCommentParams, 'client' | 'repository' | 'issue' | 'key'> & {
  /** How often a call is repeated by itself; left out: as often as every other call. */
  readonly request?: typeof once;
};

const longestBody = 65_000;
const commentsPerPage = 100;
const mostPages = 10;

/**
 * One comment that is edited during the run: updates wait until they are due, and only the newest is written. What cannot be
 * written is skipped: a comment must not stop a run.
 */
export function openStickyComment(params: StickyCommentParams): ForgeProgress {
  // What fails now is written with the next update, and the last word has its own retries: nobody waits for more.
  const place: CommentPlace = { ...params, request: once };
  let [known, written]: [number | null, string | null] = [null, null];
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let mayWriteAt = 0;
  let isClosed = false;

  const write = async (): Promise<void> => {
    const body = `${params.text().slice(0, longestBody)}\n\n<!-- ${params.key} -->\n`;
    if (body === written) return;
    mayWriteAt = performance.now() + params.everyMs;
    if (known === null) {
      const found = await findComment(place);
      known = found?.id ?? null;
      written = found?.body.replaceAll('\r\n', '\n') ?? null;
    }
    if (body.trim() === written?.trim()) return;
    known = await putComment(place, known, body);
    written = body;
  };
  const writeNext = (): Promise<void> => {
    writing = writing.then(write).catch(ignore);
    return writing;
  };
  return {
    changed: () => {
      if (isClosed || timer !== null) return;
      timer = setTimeout(
        () => {
          timer = null;
          void writeNext();
        },
        Math.max(0, mayWriteAt - performance.now()),
      );
    },
    close: async () => {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await writing;
      await writeLast(write, params.client.isAway() ? 1 : mostTries);
    },
  };
}

const mostTries = 3;
const longestWaitMs = 60_000;

function ignore(): void {
  // What was not written now is written with the next update.
}

/**
 * The last word is worth a short wait, but not a failure. If the network was down before, nobody should wait for it:
 * the next start writes it.
 */
async function writeLast(write: () => Promise<void>, most: number): Promise<void> {
  for (let tries = 1; tries <= most; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (!isPassing(error)) return;
      const { forge } = error;
      const asked = forge.kind === 'secondary-limit' ? forge.retryAfterSeconds * 1_000 : 1_000;
      if (asked > longestWaitMs || tries === most) return;
      await delay(asked);
    }
  }
}

type FoundComment = { readonly id: number; readonly body: string };

/** The comment of an issue or pull request that carries a marker; null when there is none. */
export async function findComment(params: CommentPlace): Promise<FoundComment | null> {
  const { client, repository, issue, key, request = {} } = params;
  const { owner, repo } = repository;
  // The plugin that pages forgets what is asked of a single call.
  for (let page = 1; page <= mostPages; page += 1) {
    const { data } = await client.rest.issues.listComments({
      ...{ owner, repo, issue_number: issue, per_page: commentsPerPage, page, request },
    });
    const found = data.find(({ body }) => body?.includes(`<!-- ${key} -->`));
    if (found !== undefined) return { id: Number(found.id), body: found.body ?? '' };
    if (data.length < commentsPerPage) return null;
  }
  return null;
}

/** Edits a comment that is known, or makes one; gives its id. */
export async function putComment(
  params: CommentPlace,
  known: number | null,
  body: string,
): Promise<number> {
  const { client, repository, issue, request = {} } = params;
  const { owner, repo } = repository;
  if (known !== null) {
    await client.rest.issues.updateComment({ owner, repo, comment_id: known, body, request });
    return known;
  }
  const made = await createSurely({
    create: async () => {
      const { data } = await client.rest.issues.createComment({
        ...{ owner, repo, issue_number: issue, body },
        request: once,
      });
      return { id: Number(data.id), body };
    },
    look: () => findComment(params),
  });
  return made.id;
}
