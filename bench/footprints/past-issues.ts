import { readFile } from 'node:fs/promises';
import type { Git } from '../../src/git/git.ts';
import type { PastTask } from './past-tasks.ts';

/** An issue that a commit resolved: its title and body are the text, what the commit touched the truth. */
export type PastIssue = PastTask & { readonly repository: string };

type Entry = {
  readonly repo: string;
  readonly title: string;
  readonly body: string | null;
  readonly commit: string;
  readonly parent: string;
  readonly files: readonly string[];
};

/** Reads issues from a list of `{repo, title, body, commit, parent, files}`. */
export async function readPastIssues(file: string): Promise<PastIssue[]> {
  const entries = JSON.parse(await readFile(file, 'utf8')) as Entry[];
  return entries.map(({ repo, title, body, commit, parent, files }) => ({
    repository: repo,
    commit,
    parent,
    message: `${title}\n${(body ?? '').replaceAll('\r\n', '\n')}`,
    touched: files,
  }));
}

/** Issues of one repository, resolved so close to each other that somebody could have planned them together. */
const mostCommitsBetween = 300;

/** The pairs of some issues of one repository that were resolved within some hundred commits, the earlier one first. */
export async function pairsOf(
  git: Git,
  issues: readonly PastIssue[],
): Promise<(readonly [earlier: PastIssue, later: PastIssue])[]> {
  const pairs: (readonly [PastIssue, PastIssue])[] = [];
  for (const earlier of issues)
    for (const later of issues) {
      if (earlier.commit === later.commit) continue;
      const reached = await git.probe([
        'merge-base',
        '--is-ancestor',
        earlier.commit,
        later.parent,
      ]);
      if (reached.code !== 0) continue;
      const between = await git.run(['rev-list', '--count', `${earlier.parent}..${later.parent}`]);
      if (Number(between) <= mostCommitsBetween) pairs.push([earlier, later]);
    }
  return pairs;
}
