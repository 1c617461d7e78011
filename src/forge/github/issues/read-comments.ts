import type { CommentsParams, CommentsRead, ForgeComment } from '../../forge-comment.ts';
import type { GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';

export type CommentSource = {
  readonly client: GitHubClient;
  readonly repository: GitHubRepository;
  /** Milliseconds that GitHub's clock is ahead of ours. */
  readonly aheadMs: () => number;
};

/** As long as GitHub lets one be: so many of the longest fit into one answer. */
const perPage = 30;
const mostPages = 10;
const mostChars = 70_000;
/** A list may show what was written a moment later, and our clocks agree to a second or two. */
const overlapMs = 10_000;

/**
 * Reads what was written in a repository by one list for all its issues and pull requests. As long as nobody writes
 * anything the address stays the same, and asking costs nothing of the quota. What is beyond the last page is read by the
 * next look.
 */
export async function readComments(
  { client, repository, aheadMs }: CommentSource,
  { numbers, since, from }: CommentsParams,
): Promise<CommentsRead> {
  const { owner, repo } = repository;
  const ahead = aheadMs();
  const begin = from ?? withRoom(Date.parse(since) + ahead);
  const comments: ForgeComment[] = [];
  let newest = begin;
  for (let page = 1; page <= mostPages; page += 1) {
    const { data } = await client.rest.issues.listCommentsForRepo({
      ...{ owner, repo, since: begin, sort: 'updated', direction: 'asc', per_page: perPage, page },
    });
    for (const { id, body, user, updated_at: version, issue_url: url } of data) {
      newest = later(newest, withRoom(Date.parse(version)));
      const number = Number(/\/(\d+)$/u.exec(url)?.[1]);
      if (user === null || !numbers.includes(number) || Number.isNaN(Date.parse(version))) continue;
      comments.push({
        ...{ id: Number(id), version, number, author: user.login },
        isProgram: user.type === 'Bot',
        at: new Date(Date.parse(version) - ahead).toISOString(),
        body: (body ?? '').slice(0, mostChars),
      });
    }
    if (data.length < perPage) break;
  }
  return { comments, next: newest };
}

/** A time as GitHub writes it, with room for what shows late. */
function withRoom(ms: number): string {
  const seconds = Math.floor((ms - overlapMs) / 1_000);
  return Number.isNaN(seconds) ? '' : new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}

/** Both are of the same form, so that their order is that of the times. */
function later(one: string, other: string): string {
  return other > one ? other : one;
}
