import { issueKey, type IssueRef } from './issue/issue.ts';

/** A title as a part of a branch name: lower-case ASCII words, at most 40 characters; empty when it has none. */
export function slugOf(title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .slice(0, 400)
    .replaceAll(/[\u0300-\u036F'’`]/gu, '')
    .split(/[^a-z0-9]+/u)
    .filter((word) => word !== '');
  let slug = '';
  for (const word of words) {
    const longer = slug === '' ? word : `${slug}-${word}`;
    if (longer.length > 40) break;
    slug = longer;
  }
  return slug === '' ? (words[0] ?? '').slice(0, 40) : slug;
}

/** Below it are the branches of all tasks: git has no place for them where a branch has this very name. */
export const branchFolder = 'feat';

/** The branch of a sub-issue: `feat/issue-3-cart-data-model`. */
export function branchName(issueNumber: number, title: string): string {
  const slug = slugOf(title);
  return `${branchFolder}/issue-${issueNumber}${slug === '' ? '' : `-${slug}`}`;
}

/** A run's id: `orch-local-1-20251201-1200`, in UTC. */
export function runId(issue: IssueRef, startedAt: Date): string {
  const [date = '', time = ''] = startedAt.toISOString().split('T');
  return `orch-${issueKey(issue)}-${date.replaceAll('-', '')}-${time.slice(0, 5).replace(':', '')}`;
}

/** A sub-issue's title, as the guide has it: `[Master #12] Add the cart API`; cut at GitHub's limit. */
export function subIssueTitle(master: IssueRef, title: string): string {
  return `[Master #${master.number}] ${title}`.slice(0, 250);
}

/** A limit in words: `30min`, `90s`. */
export function limitInWords(seconds: number): string {
  return seconds >= 60 && seconds % 60 === 0 ? `${seconds / 60}min` : `${seconds}s`;
}
