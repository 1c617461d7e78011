import { expect, test, vi } from 'vitest';
import { makeGitHubWorld, masterBody } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const titles = ['Add the cart model', 'Add the cart API'];

test('a number on GitHub becomes sub-issues, branches, pull requests and one living comment', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world } = site;
  const master = shop.issue({ title: 'Build the cart', body: masterBody(titles) });
  const { code, stdout, stderr } = await site.orchestrate(master.number);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });

  const subIssues = shop.issues().filter(({ number }) => number !== master.number);
  expect(subIssues.map(({ title }) => title)).toEqual(
    titles.map((title) => `[Master #${master.number}] ${title}`),
  );
  const pulls = shop.pulls();
  expect(pulls.map(({ issue }) => issue.title).toSorted()).toEqual(titles.toSorted());
  for (const { issue, head } of pulls) {
    const [, closes] = /Closes #(\d+)/u.exec(issue.body ?? '') ?? [];
    expect(head.ref).toMatch(new RegExp(`^feat/issue-${closes}-`, 'u'));
    expect(issue.body).toContain(`Part of una/shop#${master.number}`);
  }
  const comments = shop.comments(master.number);
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toContain('2 of 2 tasks done');
  expect(world.git('log', '--format=%s', `flotilla/${pulls[0]?.head.ref}`)).toContain('Add work');
});
