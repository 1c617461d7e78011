import { expect, test, vi } from 'vitest';
import { cloneOf } from './hub-client.ts';
import { filesWith } from './files-with.ts';
import { makeGitHubWorld, masterBody, type GitHubWorld } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 240_000 });

type Told = {
  readonly merged: readonly number[];
  readonly left: readonly {
    readonly ordinal: number;
    readonly reason: string;
    readonly message: string;
  }[];
};

/** A run of tasks, each with its pull request, and its master issue's number. */
async function publish(site: GitHubWorld, body: string): Promise<number> {
  const { number } = site.shop.issue({ title: 'Build it', body });
  const { code, stdout, stderr } = await site.orchestrate(number, '--check', 'true', '--yes');
  expect(code, stdout + stderr).toBe(0);
  return number;
}

async function merge(
  { start }: GitHubWorld,
  master: number,
  ...options: readonly string[]
): Promise<Told & { readonly code: number | null }> {
  const { code, stdout, stderr } = await start(
    ...['merge', String(master), '--yes', '--json', ...options],
  ).ended;
  expect(stdout, stderr).toContain('"merged"');
  return { code, ...(JSON.parse(stdout) as Told) };
}

const titles = ['Add the one', 'Add the two', 'Add the three'];

function script({ world }: GitHubWorld): void {
  const names = ['one', 'two', 'three', 'four', 'five'];
  world.script(
    Object.fromEntries(names.map((name, at) => [`agent-${at + 1}`, `commit ${name}.txt ${name}`])),
  );
}

test('what a run published on GitHub is merged there, and nothing is left to tidy up', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world } = site;
  script(site);
  const master = await publish(site, masterBody(titles));
  expect(await merge(site, master)).toMatchObject({ code: 0, merged: [1, 2, 3], left: [] });
  expect(shop.pulls().map(({ mergedAt }) => mergedAt !== null)).toEqual([true, true, true]);
  const log = world.git('log', '--format=%s', 'main..flotilla/main').trim().split('\n');
  expect(log.toSorted()).toEqual(
    ['one', 'three', 'two'].map(
      (name) => expect.stringMatching(new RegExp(`^Add the ${name} \\(#\\d+\\)$`, 'u')) as string,
    ),
  );
  expect(shop.issues()[0]?.body).toBe(masterBody(titles).replaceAll('[ ]', '[x]'));
  expect(shop.issues().map(({ state }) => state)).toEqual(['closed', 'closed', 'closed', 'closed']);
  expect([...(await shop.branches()).keys()]).toEqual(['main']);
  const comments = shop.comments(master).map(({ body }) => body);
  expect(comments).toHaveLength(1);
  expect(comments[0]).toContain('all 3 branches together are green');
  expect(comments[0]).toContain('| Pull requests merged | 100 % |');
  expect(comments[0]).not.toContain('Review packet');
});

test('before anything is merged, the comment has the verdict and the review packet', async () => {
  await using site = await makeGitHubWorld();
  script(site);
  const master = await publish(site, masterBody(titles));
  const { code, stderr } = await site.start('merge', String(master)).ended;
  expect({ code, stderr }).toMatchObject({
    code: 4,
    stderr: expect.stringContaining(`flotilla merge una/shop#${master} --yes`) as string,
  });
  const [comment] = site.shop.comments(master);
  expect(comment?.body).toContain('<details><summary>Review packet</summary>');
  expect(comment?.body).toContain('all 3 branches together are green');
  expect(site.shop.issues().filter(({ state }) => state === 'closed')).toEqual([]);
});

test.for([true, false])(
  'stacked pull requests merge in their order; GitHub deletes branches itself: %s',
  async (deletesMergedBranches) => {
    await using site = await makeGitHubWorld({ repository: { deletesMergedBranches } });
    const { shop, world } = site;
    world.script({
      'agent-1': 'commit one.txt one',
      'agent-2': 'echo more >>one.txt; git commit -qam "Add more"',
    });
    const master = await publish(
      site,
      masterBody(['Write `one.txt`', 'Extend `one.txt` (after task 1)']),
    );
    const [first, second] = shop.pulls();
    expect(second?.base.ref).toBe(first?.head.ref);
    expect(await merge(site, master)).toMatchObject({ code: 0, merged: [1, 2] });
    expect(second).toMatchObject({ base: { ref: 'main' } });
    expect(world.git('show', 'flotilla/main:one.txt').trim().split('\n')).toHaveLength(2);
    expect([...(await shop.branches()).keys()]).toEqual(['main']);
  },
);

test('what people did meanwhile is seen, and what cannot be merged is left and named', async () => {
  await using site = await makeGitHubWorld();
  const { shop, hub } = site;
  script(site);
  site.configure({ github: { merge_patience: 1, ci_fixes: 0 } });
  const master = await publish(site, masterBody([...titles, 'Add the four', 'Add the five']));
  const numbers = [1, 2, 3, 4, 5].map((task) => {
    const words = ['one', 'two', 'three', 'four', 'five'][task - 1];
    return shop.pulls().find(({ issue }) => issue.title === `Add the ${words}`)?.issue.number ?? 0;
  });
  const [merged = 0, closed = 0, pushed = 0, red = 0] = numbers;
  const token = hub.token(['repo'], 'una');
  const call = async (method: string, path: string, body: object): Promise<void> => {
    const headers = { authorization: `Bearer ${token}` };
    const url = `${hub.url}/repos/una/shop/${path}`;
    const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
    expect(answer.ok, await answer.text()).toBe(true);
  };
  await call('PUT', `pulls/${merged}/merge`, { merge_method: 'rebase' });
  await call('PATCH', `pulls/${closed}`, { state: 'closed' });
  await using clone = await cloneOf(shop.gitUrl, token);
  const theirs = shop.pulls().find(({ issue }) => issue.number === pushed);
  await clone.commit('by-hand', { 'by-hand.txt': 'x\n' }, `origin/${theirs?.head.ref}`);
  await clone.push(`by-hand:${theirs?.head.ref}`);
  await shop.setChecks(red, { runs: [{ name: 'build', conclusion: 'failure' }] });
  // Red for good: also when the base is merged into it.
  const watch = setInterval(() => {
    const head = shop.pulls().find(({ issue }) => issue.number === red)?.head.sha ?? '';
    void shop.setChecks(head, { runs: [{ name: 'build', conclusion: 'failure' }] });
  }, 50);
  try {
    const told = await merge(site, master);
    expect(told).toMatchObject({ code: 1, merged: [1, 3, 5] });
    expect(told.left.map(({ ordinal, reason }) => [ordinal, reason])).toEqual([
      [2, 'closed'],
      [4, 'check-failed'],
    ]);
  } finally {
    clearInterval(watch);
  }
  expect(site.world.git('show', 'flotilla/main:by-hand.txt')).toBe('x\n');
  const [issue] = shop.issues();
  expect(issue?.state).toBe('open');
  expect([...(issue?.body ?? '').matchAll(/\[(.)\]/gu)].map(([, mark]) => mark)).toEqual([
    ...['x', ' ', 'x', ' ', 'x'],
  ]);
  const [comment] = shop.comments(master);
  expect(comment?.body).toContain(`- Task 4 (#${red}): build is red on it`);
  // Branches of what is not merged stay.
  expect([...(await shop.branches()).keys()]).toHaveLength(3);
});

test('a check that never reports and a rule that asks for a review are named', async () => {
  await using site = await makeGitHubWorld();
  script(site);
  site.configure({ github: { merge_patience: 1 } });
  const master = await publish(site, masterBody(titles.slice(0, 1)));
  site.shop.protect('main', { requiredChecks: ['build'] });
  expect((await merge(site, master)).left).toMatchObject([
    { reason: 'late', message: 'the required check build has not reported on it' },
  ]);
  site.shop.protect('main', { requiredReviews: 1 });
  expect((await merge(site, master)).left).toMatchObject([
    { reason: 'not-approved', message: 'main requires an approving review' },
  ]);
  site.shop.protect('main');
  expect((await merge(site, master, '--merge', 'approved')).left).toMatchObject([
    { reason: 'not-approved', message: 'nobody has approved it' },
  ]);
  expect(await merge(site, master)).toMatchObject({ code: 0, merged: [1] });
});

test('what goes into another branch than the default one closes its issues, too', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world } = site;
  script(site);
  world.git('push', '-q', shop.directory, 'main:refs/heads/next');
  const { number } = shop.issue({ title: 'Build it', body: masterBody(titles.slice(0, 2)) });
  const run = await site.orchestrate(number, '--check', 'true', '--yes', '--base', 'next');
  expect(run.code, run.stdout + run.stderr).toBe(0);
  expect(await merge(site, number)).toMatchObject({ code: 0, merged: [1, 2] });
  expect(shop.issues().map(({ state }) => state)).toEqual(['closed', 'closed', 'closed']);
});

test('the next start notices what a person merged, and does what follows from it', async () => {
  await using site = await makeGitHubWorld();
  const { shop, hub } = site;
  script(site);
  const master = await publish(site, masterBody(titles.slice(0, 2)));
  const headers = { authorization: `Bearer ${hub.token(['repo'], 'una')}` };
  for (const { issue } of shop.pulls()) {
    const url = `${hub.url}/repos/una/shop/pulls/${issue.number}/merge`;
    const body = JSON.stringify({ merge_method: 'squash' });
    expect((await fetch(url, { method: 'PUT', headers, body })).ok).toBe(true);
  }
  // The base has gone on since: what it holds no longer tells that the first was merged.
  await using clone = await cloneOf(shop.gitUrl, site.token);
  await clone.commit('later', { 'one.txt': 'something else\n' });
  await clone.push('later:main');
  const { code, stdout, stderr } = await site.orchestrate(master, '--check', 'true');
  expect(code, stdout + stderr).toBe(0);
  expect(shop.issues()[0]?.body).toBe(masterBody(titles.slice(0, 2)).replaceAll('[ ]', '[x]'));
  expect(shop.issues().map(({ state }) => state)).toEqual(['closed', 'closed', 'closed']);
  expect([...(await shop.branches()).keys()]).toEqual(['main']);
  expect(shop.comments(master)[0]?.body).toContain('| Pull requests merged | 100 % |');
});

test('a missing right to write is reported before anything is tried', async () => {
  await using site = await makeGitHubWorld({ login: 'visitor', scopes: ['public_repo'] });
  script(site);
  const master = await publish(site, masterBody(titles.slice(0, 1)));
  const { code, stderr } = await site.start('merge', String(master), '--yes').ended;
  expect({ code, stderr }).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('people of the repository must merge') as string,
  });
});

test('the token is seen by GitHub alone while it merges', async () => {
  await using site = await makeGitHubWorld();
  const { world, hub, token, shop } = site;
  script(site);
  const master = await publish(site, masterBody(titles.slice(0, 2)));
  const { stdout, stderr } = await site.start('merge', String(master), '--yes').ended;
  const secrets = [token, Buffer.from(`x-access-token:${token}`).toString('base64')];
  const holds = (text: string): boolean => secrets.some((secret) => text.includes(secret));
  expect(shop.pulls().every(({ mergedAt }) => mergedAt !== null)).toBe(true);
  expect(holds(stdout + stderr)).toBe(false);
  expect(hub.calls.filter(({ sent }) => holds(sent))).toEqual([]);
  expect(filesWith(world.root, secrets)).toEqual([]);
});
