import { rmSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import type { Ended } from '../rig/flotilla.ts';
import type { Pull } from '../rig/github/world.ts';
import { makeGitHubWorld, masterBody, type GitHubWorld } from './github-world.ts';
import { cloneOf, sender } from './hub-client.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

/** As another machine sees it: nothing is known here, and it is another day, so that the run has another name. */
function loseState({ world, shop }: GitHubWorld): void {
  rmSync(world.stateHome, { recursive: true });
  const texts = [...shop.issues(), ...shop.pulls().map(({ issue }) => issue)];
  for (const { number, body } of texts)
    shop.edit(number, body?.replaceAll(/orch-(\d+)-\d+-\d+/gu, 'orch-$1-20260101-1200') ?? '');
}

async function begin(
  site: GitHubWorld,
  titles: readonly string[],
  ...args: readonly string[]
): Promise<{ readonly number: number; readonly first: Ended }> {
  const { number } = site.shop.issue({ title: 'Build the shop', body: masterBody(titles) });
  return { number, first: await site.orchestrate(number, ...args) };
}

function pullOf({ shop }: GitHubWorld, title: string): Pull {
  const found = shop.pulls().find(({ issue }) => issue.title === title);
  if (found === undefined) throw new Error(`No pull request is called ${title}`);
  return found;
}

function startsOf({ world }: GitHubWorld, count: number): number[] {
  return Array.from({ length: count }, (_, index) => world.starts(`agent-${index + 1}`));
}

test('a run whose state is lost goes on from what is published, and no agent is paid twice', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world, hub } = site;
  const titles = ['Add the cart', 'Add the shelf', 'Add the till'];
  world.script({ 'agent-3': 'exit 1' });
  const { number, first } = await begin(site, titles, '--check', 'true');
  expect(first.code, first.stdout).toBe(2);
  loseState(site);
  const branches = await shop.branches();
  const children = [...(shop.issues()[0]?.children ?? [])];
  const pulls = shop.pulls().map(({ issue }) => ({ number: issue.number, body: issue.body }));

  world.script({ 'agent-3': 'commit till.txt' });
  const calls = hub.calls.length;
  const { code, stdout, stderr } = await site.orchestrate(number, '--check', 'true');
  expect(code, stdout + stderr).toBe(0);
  expect(startsOf(site, 3)).toEqual([1, 1, 2]);
  expect(shop.issues()[0]?.children).toEqual(children);
  expect(shop.pulls()).toHaveLength(3);
  // As their reviewers know them.
  for (const { number: pull, body } of pulls)
    expect(shop.pulls().find(({ issue }) => issue.number === pull)?.issue.body).toBe(body);
  const after = await shop.branches();
  for (const [branch, sha] of branches) expect(after.get(branch)).toBe(sha);
  const [comment, ...others] = shop.comments(number);
  expect(others).toEqual([]);
  expect(comment?.body).toContain('3 of 3 tasks done');
  expect(stdout).toContain(`pull request #${pulls[0]?.number}; it is checked`);
  const asked = hub.calls.slice(calls).filter(({ operation }) => !operation.startsWith('git/'));
  expect(asked.length, asked.map(({ path }) => path).join('\n')).toBeLessThanOrEqual(30);
  const log = await site.start('logs', String(number), '1').ended;
  expect(log.stdout).toContain('no agent is started');
  expect((await site.orchestrate(number)).stdout).toContain('Nothing left to do');
});

test('what became of each pull request meanwhile decides what is done about its task', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world, hub, token } = site;
  const titles = ['Merged', 'Turned down', 'Red', 'Edited', 'Unopened', 'Forged', 'Taken'];
  world.script({ 'agent-5': 'exit 1', 'agent-6': 'exit 1', 'agent-7': 'exit 1' });
  const check = ['--check', 'test ! -e broken.txt'];
  const { number } = await begin(site, titles, ...check);
  loseState(site);

  const send = sender(hub, token);
  const numbers = Object.fromEntries(
    titles.slice(0, 4).map((title) => [title, pullOf(site, title).issue.number]),
  );
  const branchOf = (ordinal: number, slug: string): string =>
    `feat/issue-${shop.issues()[0]?.children[ordinal - 1]?.number}-${slug}`;
  await send(`PUT /repos/una/shop/pulls/${numbers['Merged']}/merge`, {});
  await send(`PATCH /repos/una/shop/pulls/${numbers['Turned down']}`, { state: 'closed' });
  const edited = shop.issues()[0]?.body?.replace('] Edited', '] Edited\n  In another way.') ?? '';
  shop.edit(number, edited);
  await using clone = await cloneOf(shop.gitUrl, token);
  const red = pullOf(site, 'Red').head.ref;
  await clone.commit(red, { 'broken.txt': 'x' }, `origin/${red}`);
  await clone.push(red);
  await clone.commit(branchOf(5, 'unopened'), { 'unopened.txt': 'x' });
  await clone.push(branchOf(5, 'unopened'));
  await clone.commit(branchOf(7, 'taken'), { 'taken.txt': 'x' });
  await clone.push(branchOf(7, 'taken'));
  await shop.pull({ title: 'By hand', head: branchOf(7, 'taken') });
  await forge(site, branchOf(6, 'forged'));
  const before = await shop.branches();

  world.script({
    'agent-3': 'git rm -q broken.txt; git commit -qm "Fix it"',
    'agent-4': 'commit otherwise.txt',
    'agent-6': 'commit forged.txt',
  });
  const { code, stdout, stderr } = await site.orchestrate(number, ...check);
  expect(code, stdout + stderr).toBe(2);
  expect(startsOf(site, 7), stdout).toEqual([1, 1, 2, 2, 1, 2, 1]);

  expect(stdout).toContain(`pull request #${numbers['Red']} is up to date`);
  const master = shop.issues()[0];
  expect(master?.body).toContain('- [x] Merged');
  expect(stdout).toContain(`merged, by pull request #${numbers['Merged']} of an earlier run`);
  expect(stdout).toContain(`Its pull request #${numbers['Turned down']} was closed without`);
  expect(world.seen('agent-3', 'prompt', 2)).toContain('# The check failed');
  expect(world.seen('agent-3', 'prompt', 2)).toContain('# Part of this is done');
  expect(world.seen('agent-4', 'prompt', 2)).toContain('The text of the task was edited since');
  expect(world.seen('agent-4', 'prompt', 2)).toContain('In another way.');
  expect(stdout).toContain('nothing says that Flotilla made it');
  const titled = (title: string): number[] =>
    shop.pulls().flatMap(({ issue }) => (issue.title === title ? issue.number : []));
  for (const title of titles.slice(0, 4)) expect(titled(title)).toEqual([numbers[title]]);
  expect(titled('Unopened')).toHaveLength(1);
  expect(pullOf(site, 'Unopened').head.sha).toBe(before.get(branchOf(5, 'unopened')));
  expect(pullOf(site, 'Forged').head.repository).toBe(pullOf(site, 'Red').head.repository);
  const after = await shop.branches();
  for (const slug of [branchOf(2, 'turned-down'), branchOf(7, 'taken'), branchOf(5, 'unopened')])
    expect(after.get(slug)).toBe(before.get(slug));
  // What was there is part of what is there.
  for (const branch of [red, pullOf(site, 'Edited').head.ref]) {
    await clone.git.run(['fetch', '-q', shop.directory, branch]);
    await clone.git.run(['merge-base', '--is-ancestor', before.get(branch) ?? '', 'FETCH_HEAD']);
  }

  // Its message says what to do; it is done.
  await send(`PATCH /repos/una/shop/pulls/${numbers['Turned down']}`, { state: 'open' });
  const again = await site.orchestrate(number, ...check, '--retry', '--tasks', '2');
  expect(again.stdout + again.stderr).toContain(`pull request #${numbers['Turned down']}; it is`);
  expect(startsOf(site, 7)[1]).toBe(1);
});

/** A stranger opens a pull request for a branch of that name in their fork, and gives it our marker. */
async function forge({ hub, shop }: GitHubWorld, branch: string): Promise<void> {
  const eve = hub.token(['public_repo'], 'eve');
  await sender(hub, eve)('POST /repos/una/shop/forks', {});
  await using clone = await cloneOf(hub.repository('eve/shop').gitUrl, eve);
  await clone.commit(branch, { 'evil.txt': 'x' });
  const pushed = await clone.push(branch);
  expect(pushed.code, pushed.stderr).toBe(0);
  const body = '<!-- flotilla:pull:orch-1-20260101-1200:6 -->';
  const opened = await sender(hub, eve)('POST /repos/una/shop/pulls', {
    ...{ title: 'Evil', head: `eve:${branch}`, base: 'main', body },
  });
  expect(opened.status).toBe(201);
  expect(shop.pulls().at(-1)?.issue.title).toBe('Evil');
}
