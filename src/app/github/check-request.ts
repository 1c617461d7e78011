import type { GitHubClient } from '../../forge/github/http/client.ts';
import type { KnownRepository } from '../../forge/github/repository/open-repository.ts';
import { repositoryName } from '../../forge/github/repository/place.ts';
import { includesWriting, userPermission } from '../../forge/github/repository/user-permission.ts';
import { findEdits } from '../../model/issue/issue-digest.ts';
import { UserError } from '../../model/user-error.ts';
import { withOtherText, type GitHubIssue } from './read-github-issue.ts';
import type { StartRequest } from './start-request.ts';

/** Refuses a request by somebody who may not write to the repository, before anything of the issue is read. */
export async function checkSender(
  client: GitHubClient,
  repository: KnownRepository,
  { request, number }: { readonly request: StartRequest; readonly number: number },
): Promise<void> {
  const name = repositoryName(repository);
  const isAboutThis =
    request.repository.toLowerCase() === name.toLowerCase() &&
    (request.issue === null || request.issue.number === number);
  if (!isAboutThis) {
    const about = `${request.repository}${request.issue === null ? '' : `#${request.issue.number}`}`;
    const message = `The event is about ${about}, not about ${name}#${number}.`;
    throw new UserError({ code: 'usage', message });
  }
  const permission = await userPermission(client, repository, request.login);
  if (!includesWriting(permission))
    throw new UserError({
      code: 'request-refused',
      login: request.login,
      repository: name,
      permission,
    });
}

/**
 * Refuses text that a stranger wrote and that the person who asked did not see: they agreed to the words in the event,
 * and to no others.
 */
export function checkApproval(
  request: StartRequest,
  repository: KnownRepository,
  params: { readonly found: GitHubIssue; readonly strangers: readonly number[] },
): void {
  const { found, strangers } = params;
  const { issue } = found;
  const other = strangers.find((number) => number !== issue.number);
  if (other !== undefined) throw unapproved(other, 'not-in-event');
  if (!strangers.includes(issue.number)) return;
  if (request.issue === null) throw unapproved(issue.number, 'not-in-event');
  const approved = withOtherText(found, repository, request.issue);
  if (approved === null || findEdits(approved.digest, found.digest) !== null)
    throw unapproved(issue.number, 'edited');
}

function unapproved(number: number, why: 'edited' | 'not-in-event'): UserError {
  return new UserError({ code: 'text-not-approved', issue: `#${number}`, why });
}
