import { cloneOf, sender } from './hub-client.ts';
import {
  makeGitHubWorld,
  masterBody,
  type GitHubWorld,
  type GitHubWorldParams,
} from './github-world.ts';

const run = 'orch-1-20260101-1200';

/** What an earlier run, of which nothing is known here, has published of one task. */
export type PublishedTask = {
  readonly title: string;
  /** The files of its one commit; null: it has no branch. */
  readonly files: Readonly<Record<string, string>> | null;
  /** What became of its pull request; `none`: there is none. */
  readonly pull: 'open' | 'merged' | 'none';
  /** The branch that it starts from and goes into; left out: the base. */
  readonly on?: string;
};

/** A user who starts where another machine left off: issue 1 with a sub-issue for each task. */
export async function makePublishedWorld(
  tasks: readonly PublishedTask[],
  params: GitHubWorldParams & { readonly body?: string } = {},
): Promise<GitHubWorld> {
  const site = await makeGitHubWorld(params);
  const { shop, token, hub } = site;
  const body = params.body ?? masterBody(tasks.map(({ title }) => title));
  const master = shop.issue({ title: 'Build the shop', body });
  for (const [index, { title }] of tasks.entries()) {
    const marker = `<!-- flotilla:sub-issue:${run}:${index + 1} -->`;
    const sub = shop.issue({ title: `[Master #${master.number}] ${title}`, body: marker });
    shop.link(master.number, sub.number);
  }
  await using clone = await cloneOf(shop.directory, token);
  for (const [index, { title, files, pull, on = 'main' }] of tasks.entries()) {
    if (files === null) continue;
    const head = branchOf(index + 1, title);
    await clone.commit(head, files, `origin/${on}`);
    await clone.push(head);
    if (pull === 'none') continue;
    const text = `Closes #${index + 2}.\n\n<!-- flotilla:pull:${run}:${index + 1} -->\n`;
    const { issue } = await shop.pull({ title, head, base: on, body: text });
    if (pull === 'merged')
      await sender(hub, token)(`PUT /repos/una/shop/pulls/${issue.number}/merge`, {});
  }
  return site;
}

/** The branch of a task: the master issue is number 1, and its sub-issues follow. */
export function branchOf(ordinal: number, title: string): string {
  return `feat/issue-${ordinal + 1}-${title.toLowerCase().replaceAll(' ', '-')}`;
}
