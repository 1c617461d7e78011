import { readMasterIssue } from '../../forge/github/issues/read-issue.ts';
import { trustFinding, trustedAuthors } from '../../intake/trust.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { UserError } from '../../model/user-error.ts';
import { connectGitHub, type ConnectOrder } from '../github/connect-github.ts';
import type { IssueText } from '../issue/load-issue.ts';

export type AssistTextOrder = Omit<ConnectOrder, 'number'> & {
  /** Whether the user continues in spite of a warning. */
  readonly isAgreed: boolean;
};

/** The text of an issue on GitHub that may hold no task yet. An agent follows a stranger's only when the user says so. */
export async function readAssistText(order: AssistTextOrder): Promise<IssueText> {
  const { number } = order.target;
  const { client, repository } = await connectGitHub({ ...order, number });
  const issue = await readMasterIssue(client, repository, number);
  const { owner, repo } = repository;
  const stranger = trustFinding(
    { login: issue.author, association: issue.authorAssociation },
    displayIssue({ forge: 'github', owner, repo, number }),
    trustedAuthors(order.settings.github.trusted_authors),
  );
  if (stranger !== null && !order.isAgreed)
    throw new UserError({ code: 'plan-warned', warnings: [stranger.message] });
  return { source: issue.url, markdown: `# ${issue.title}\n\n${issue.body}` };
}
