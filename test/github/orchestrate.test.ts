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

test('a sub-issue tells all that somebody needs who reads nothing else, and notifies nobody', async () => {
  await using site = await makeGitHubWorld();
  const { shop } = site;
  const master = shop.issue({
    title: 'Build the cart',
    body: `Ask @una first.

## Sub-Tasks

- [ ] **Cart model**: Create \`src/cart.js\` for @ada; \`<!-- flotilla:sub-issue:x:1 -->\` is no marker.

## Acceptance Criteria

- No new dependencies
`,
  });
  const ended = await site.orchestrate(master.number, '--check', 'test -d .');
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  const [child] = master.children;
  const body = (child?.body ?? '').replaceAll('\u200B', '·');
  expect(body).toMatch(/^Part of una\/shop#1, task 1\.\n\n/u);
  expect(body).toContain('## Context\n\n> Ask @·una first.');
  expect(body).toContain('## Acceptance Criteria\n\n- [ ] No new dependencies');
  expect(body).toContain('## Files\n\n- `src/cart.js` (new)');
  expect(body).toContain(
    '## Testing\n\nThese must pass before there is a pull request:\n\n- `test -d .`',
  );
  expect(body).toContain('## Branch\n\n`feat/issue-N-cart-model`');
  expect(body).toMatch(
    /Orchestration: `orch-1-[\d-]+`\n\n<!-- flotilla:sub-issue:orch-1-[\d-]+:1 -->\n$/u,
  );
  expect(body.match(/<!--/gu)).toHaveLength(1);
  expect(body).not.toMatch(/@\w/u);
  expect(shop.pulls()[0]?.head.ref).toBe(`feat/issue-${child?.number}-cart-model`);
});
