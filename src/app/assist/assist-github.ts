import { readMasterIssue } from '../../forge/github/issues/read-issue.ts';
import { trustFinding, trustedAuthors } from '../../intake/trusted-authors.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { UserError } from '../../model/user-error.ts';
import { connectGitHub, type ConnectParams } from '../github/connect-github.ts';
import type { IssueText } from '../issue/load-issue.ts';

export type AssistTextParams = Omit<ConnectParams, 'number'> & {
  /** Whether the user continues in spite of a warning. */
  readonly isAgreed: boolean;
};

/** The text of an issue on GitHub that may hold no task yet. An agent follows a stranger's only when the user says so. */
export async function readAssistText(params: AssistTextParams): Promise<IssueText> {
  const { number } = params.target;
  const { client, repository } = await connectGitHub({ ...params, number });
  const issue = await readMasterIssue(client, repository, number);
  const { owner, repo } = repository;
  const stranger = trustFinding(
    { login: issue.author, association: issue.authorAssociation },
    displayIssue({ forge: 'github', owner, repo, number }),
    trustedAuthors(params.settings.github.trusted_authors),
  );
  if (stranger !== null && !params.isAgreed)
    throw new UserError({ code: 'plan-warned', warnings: [stranger.message] });
  return { source: issue.url, markdown: `# ${issue.title}\n\n${issue.body}` };
}
