import type { AnswerParams } from '../../forge.ts';
import type { GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';
import { findComment, putComment } from './sticky-comment.ts';

/** Makes the comment with this key on a pull request or an issue, or brings it up to date. */
export async function ensureAnswer(
  client: GitHubClient,
  repository: GitHubRepository,
  { number, key, body }: AnswerParams,
): Promise<void> {
  const place = { client, repository, issue: number, key };
  const found = await findComment(place);
  if (found?.body.replaceAll('\r\n', '\n').trim() === body.trim()) return;
  await putComment(place, found?.id ?? null, body);
}
