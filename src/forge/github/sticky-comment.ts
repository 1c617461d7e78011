import { setTimeout as delay } from 'node:timers/promises';
import { isPassing } from '../../model/forge-problem.ts';
import type { ForgeProgress } from '../forge.ts';
import { once, type GitHubClient } from './client.ts';
import { createSurely } from './create-surely.ts';
import type { GitHubRepository } from './place.ts';

export type StickyCommentOrder = {
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
type CommentPlace = Pick<StickyCommentOrder, 'client' | 'repository' | 'issue' | 'key'>;

const longestBody = 65_000;
const mostPages = 10;

/**
 * One comment that is edited as the run goes on: news wait for their time, and only the newest is written. What cannot be
 * written is left: a comment is no reason for a run to stop.
 */
export function openStickyComment(order: StickyCommentOrder): ForgeProgress {
  let [known, written]: [number | null, string | null] = [null, null];
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let mayWriteAt = 0;
  let isClosed = false;

  const write = async (): Promise<void> => {
    const body = `${order.text().slice(0, longestBody)}\n\n<!-- ${order.key} -->\n`;
    if (body === written) return;
    mayWriteAt = performance.now() + order.everyMs;
    if (known === null) {
      const found = await findComment(order);
      known = found?.id ?? null;
      written = found?.body.replaceAll('\r\n', '\n') ?? null;
    }
    if (body.trim() === written?.trim()) return;
    known = await putComment(order, known, body);
    written = body;
  };
  const writeNext = (): Promise<void> => {
    writing = writing.then(write).catch(() => undefined);
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
      await writeLast(write);
    },
  };
}

const mostTries = 3;
/** Nobody is to wait for a network at the end: the next start writes it. */
const unreachable = new Set(['offline', 'timed-out']);
const longestWaitMs = 60_000;

/** The last word is worth a short wait, and no failure. */
async function writeLast(write: () => Promise<void>): Promise<void> {
  for (let tries = 1; tries <= mostTries; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (!isPassing(error) || unreachable.has(error.forge.kind)) return;
      const { forge } = error;
      const asked = forge.kind === 'secondary-limit' ? forge.retryAfterSeconds * 1_000 : 1_000;
      if (asked > longestWaitMs) return;
      await delay(asked);
    }
  }
}

type FoundComment = { readonly id: number; readonly body: string };

/** The comment of an issue or pull request that carries a marker; null when there is none. */
export async function findComment(order: CommentPlace): Promise<FoundComment | null> {
  const { client, repository, issue, key } = order;
  const { owner, repo } = repository;
  const pages = client.paginate.iterator(client.rest.issues.listComments, {
    ...{ owner, repo, issue_number: issue, per_page: 100 },
  });
  let count = 0;
  for await (const { data } of pages) {
    const found = data.find(({ body }) => body?.includes(`<!-- ${key} -->`));
    if (found !== undefined) return { id: Number(found.id), body: found.body ?? '' };
    count += 1;
    if (count === mostPages) break;
  }
  return null;
}

/** Edits a comment that is known, or makes one; gives its id. */
export async function putComment(
  order: CommentPlace,
  known: number | null,
  body: string,
): Promise<number> {
  const { client, repository, issue } = order;
  const { owner, repo } = repository;
  if (known !== null) {
    await client.rest.issues.updateComment({ owner, repo, comment_id: known, body });
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
    look: () => findComment(order),
  });
  return made.id;
}
