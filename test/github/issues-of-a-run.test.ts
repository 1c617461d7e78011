import { expect, test } from 'vitest';
import { makeGitHubWorld, masterBody } from './github-world.ts';

test('the diagnostic issue is closed on GitHub when what failed succeeds, and opened when it fails again', async () => {
  await using user = await makeGitHubWorld();
  const { world, shop } = user;
  const { number } = shop.issue({ title: 'Shop', body: masterBody(['One', 'Two']) });
  world.script({ 'agent-2.1': 'exit 3', 'agent-2.2': 'exit 3' });
  const diagnostics = () => shop.issues().filter(({ title }) => title.includes('Diagnostic'));
  const failed = await user.orchestrate(number);
  expect(failed.code).toBe(2);
  const [issue] = diagnostics();
  expect(failed.stdout).toContain(
    `→ Check failure diagnostic issue #${issue?.number}: ${user.hub.gitUrl}/una/shop/issues/${issue?.number}\n`,
  );

  // Somebody closed it too early.
  shop.closeIssue(issue?.number ?? 0);
  expect((await user.orchestrate(number, '--retry')).code).toBe(2);
  expect(diagnostics().map(({ state }) => state)).toEqual(['open']);

  const fixed = await user.orchestrate(number, '--retry');
  expect(fixed.code, fixed.stdout).toBe(0);
  expect(fixed.stdout).toContain('→ Merge PRs sequentially\n    flotilla merge ');
  expect(diagnostics().map(({ state }) => state)).toEqual(['closed']);
  expect(diagnostics()[0]?.body).toContain('code 3. It succeeded at attempt 3');
});

test('a task that nobody chose gets no sub-issue until it is chosen', async () => {
  await using user = await makeGitHubWorld();
  const { shop } = user;
  const { number } = shop.issue({ title: 'Shop', body: masterBody(['One', 'Two', 'Three']) });
  const subIssues = () =>
    shop.issues().flatMap(({ title }) => /^\[Master #\d+\] (.*)$/u.exec(title)?.[1] ?? []);
  expect((await user.orchestrate(number, '--tasks', '1,3')).code).toBe(0);
  expect(subIssues()).toEqual(['One', 'Three']);
  expect((await user.orchestrate(number)).code).toBe(0);
  expect(subIssues().toSorted()).toEqual(['One', 'Three', 'Two']);
});
