import { expect, test, vi } from 'vitest';
import { makeGitHubWorld, masterBody } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

test('issues that a checklist names are the tasks: their text, and no second sub-issue', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world } = site;
  const model = shop.issue({ title: 'Add the cart model', body: 'It holds items and a total.' });
  const done = shop.issue({ title: 'Add the shelf', body: '' });
  shop.closeIssue(done.number);
  const master = shop.issue({
    title: 'Build the cart',
    body: masterBody([`#${model.number}`, `#${done.number}`, `una/shop#${model.number + 99}`]),
  });
  const { code, stdout, stderr } = await site.orchestrate(master.number, '--tasks', '1');
  expect(code, stdout + stderr).toBe(0);
  expect(world.seen('agent-1', 'prompt')).toContain('It holds items and a total.');
  expect(shop.issues().filter(({ title }) => title.includes('Add the cart model'))).toHaveLength(1);
  expect(model.parent?.number).toBe(master.number);
  expect(shop.pulls()[0]?.issue.body).toContain(`Closes #${model.number}`);
  expect(stdout).not.toContain('Add the shelf');
});

test('sub-issues of a master issue without a list are its tasks', async () => {
  await using site = await makeGitHubWorld();
  const { shop } = site;
  const first = await site.start('orchestrate', '--help').ended;
  expect(first.code).toBe(0);
  const master = shop.issue({ title: 'Build the cart', body: masterBody(['Add the cart']) });
  expect((await site.orchestrate(master.number)).code).toBe(0);
  const [sub] = master.children;
  // The list goes, the sub-issue stays.
  master.body = 'Nothing but words.';
  const { code, stdout } = await site.orchestrate(master.number);
  expect(code, stdout).toBe(0);
  expect(stdout).toContain('Nothing left to do');
  expect(shop.issues().map(({ number }) => number)).toEqual([master.number, sub?.number]);
});

test('an issue is found by URL, by name and by its sub-issue', async () => {
  await using site = await makeGitHubWorld();
  const { shop } = site;
  const master = shop.issue({ title: 'Build the cart', body: masterBody(['Add the cart']) });
  const named = await site.orchestrate(`una/shop#${master.number}`);
  expect(named.code, named.stdout + named.stderr).toBe(0);
  const url = `${site.hub.gitUrl}/una/shop/issues/${master.number}`;
  expect((await site.orchestrate(url)).stdout).toContain('Nothing left to do');
  const sub = await site.orchestrate(master.children[0]?.number ?? 0);
  expect(sub.stdout).toContain('Nothing to do: task 1');
  const status = await site.start('status', String(master.number), '--json').ended;
  expect(JSON.parse(status.stdout)).toMatchObject({ issue: 'una/shop#1', state: 'succeeded' });
});

test('a dry run reads and changes nothing, here or there', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world, hub } = site;
  const master = shop.issue({ title: 'Build the cart', body: masterBody(['Add the cart']) });
  const refs = world.git('for-each-ref');
  const { code, stdout } = await site.orchestrate(master.number, '--dry-run', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    issue: { ref: 'una/shop#1' },
    tasks: [{ ordinal: 1 }],
  });
  expect(
    hub.calls.filter(({ method, operation }) => method !== 'GET' && !operation.startsWith('git/')),
  ).toEqual([]);
  expect(world.git('for-each-ref')).toBe(refs);
});

test('a pull request opens as a draft when that is asked for', async () => {
  await using site = await makeGitHubWorld();
  const { shop } = site;
  const master = shop.issue({ title: 'Build the cart', body: masterBody(['Add the cart']) });
  expect((await site.orchestrate(master.number, '--draft')).code).toBe(0);
  expect(shop.pulls()[0]?.isDraft).toBe(true);
});

test('an issue by a stranger is run with a warning that names them', async () => {
  await using site = await makeGitHubWorld();
  const { shop } = site;
  const body = masterBody(['Add the cart']);
  const { number } = shop.issue({ title: 'Build the cart', body, author: 'stranger' });
  const { stdout } = await site.orchestrate(number, '--dry-run');
  expect(stdout).toContain('written by stranger');
});

test('a plan foresees that GitHub has no room for all sub-issues, and counts those that are there', async () => {
  await using site = await makeGitHubWorld();
  const { shop } = site;
  const titles = ['Add the cart', 'Add the shelf', 'Add the till'];
  const master = shop.issue({ title: 'Build the shop', body: masterBody(titles) });
  const shelf = shop.issue({ title: `[Master #${master.number}] Add the shelf`, body: '' });
  shop.link(master.number, shelf.number);
  for (let index = 0; index < 97; index += 1)
    shop.link(master.number, shop.issue({ title: `Done ${index}`, body: '' }).number);
  const fits = await site.orchestrate(master.number, '--dry-run');
  expect(fits.stdout).not.toContain('GitHub allows');
  shop.link(master.number, shop.issue({ title: 'Done, too', body: '' }).number);
  const { stdout } = await site.orchestrate(master.number, '--dry-run');
  expect(stdout).toContain('would have 101 sub-issues, and GitHub allows 100 for one issue');
  expect(stdout).toContain('1 of the new issues will not be listed');
  const { code, stderr } = await site.orchestrate(master.number, '--max-workers', '1');
  expect(code, stderr).toBe(0);
  expect(shop.pulls()).toHaveLength(3);
  expect(master.children).toHaveLength(100);
});
