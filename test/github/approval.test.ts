import { expect, test, vi } from 'vitest';
import { makeGitHubWorld, masterBody, type GitHubWorld } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 300_000 });

/** The pull request of the task with this title. */
function pullOf({ shop }: GitHubWorld, title: string) {
  const pull = shop.pulls().find(({ issue }) => issue.title === title);
  if (pull === undefined) throw new Error(`Nothing is open for ${title}`);
  return pull;
}

function approve(site: GitHubWorld, title: string): void {
  site.shop.review(pullOf(site, title).issue.number, { author: 'rita', state: 'APPROVED' });
}

function isMerged(site: GitHubWorld, title: string): boolean {
  return pullOf(site, title).mergedAt !== null;
}

test('what is approved is merged, and what an agent changed after its approval waits for another one', async () => {
  await using site = await makeGitHubWorld({
    files: { 'shared.txt': 'a\n' },
    permissions: { rita: 'write' },
  });
  const { shop, world } = site;
  site.configure({ github: { ci_fixes: 0 }, merging: { patience: 120 } });
  const settle = 'printf "one\\ntwo\\n" >shared.txt; git commit -qam Both';
  const change = (word: string): string =>
    `if test -e .git && git rev-parse -q --verify MERGE_HEAD; then ${settle}; else commit shared.txt ${word}; fi`;
  world.script({
    'agent-1': change('one'),
    'agent-2': change('two'),
    'agent-3': 'commit three.txt three',
  });
  const { number } = shop.issue({ title: 'Three', body: masterBody(['One', 'Two', 'Three']) });
  const start = () =>
    site.start(
      ...['orchestrate', String(number), '--agent', world.agent, '--plain', '--check', 'true'],
      ...['--stack', 'never', '--merge', 'approved', '--yes', '--force'],
    );
  const first = start();
  await first.printed('are not approved yet');
  for (const title of ['One', 'Two', 'Three']) approve(site, title);
  const ended = await first.ended;
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect(isMerged(site, 'Three')).toBe(true);
  expect(isMerged(site, 'One')).toBe(!isMerged(site, 'Two'));
  expect(ended.stdout).toContain('after it was approved');

  // Nobody has looked at it since.
  const left = isMerged(site, 'One') ? 'Two' : 'One';
  const { number: open } = pullOf(site, left).issue;
  const { number: gone } = pullOf(site, left === 'One' ? 'Two' : 'One').issue;
  // Anyone who looks again reads on the pull request what happened to it.
  const [said] = shop.comments(open);
  expect(said?.body).toContain(
    `The agent resolved the conflict with \`main\`, where #${gone} had been merged, in ${pullOf(site, left).head.sha}.`,
  );
  expect(said?.body).toContain('It changed `shared.txt`.');
  const unread = await site.start('merge', String(number), '--yes', '--merge', 'approved').ended;
  expect(unread.stdout, unread.stderr).toContain('after it was approved');
  expect(isMerged(site, left)).toBe(false);
  const second = start();
  await second.printed(`#${open} was changed by its agent after it was approved`);
  approve(site, left);
  const done = await second.ended;
  expect(done.code, done.stdout + done.stderr).toBe(0);
  expect(isMerged(site, left)).toBe(true);
  expect(world.git('show', 'flotilla/main:shared.txt')).toBe('one\ntwo\n');
});
