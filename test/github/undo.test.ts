import { describe, expect, test, vi } from 'vitest';
import { makeGitHubWorld, masterBody, type GitHubWorld } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 240_000 });

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

/** A run of two tasks, the first with two commits, each with its pull request, on issue 1. */
async function publish(
  onFinished?: (cleanUp: () => Promise<void>) => void,
  title = 'Add the one',
): Promise<GitHubWorld> {
  const site = await makeGitHubWorld(onFinished === undefined ? {} : { onFinished });
  site.world.script({
    'agent-1': 'commit one.txt one; commit more.txt more',
    'agent-2': 'commit two.txt two',
  });
  site.shop.issue({ title: 'Build it', body: masterBody([title, 'Add the two']) });
  const { code, stdout, stderr } = await site.orchestrate(1, '--check', 'true', '--yes');
  expect(code, stdout + stderr).toBe(0);
  return site;
}

async function mergeByFlotilla({ start }: GitHubWorld, method: string): Promise<void> {
  const { code, stdout, stderr } = await start('merge', '1', '--yes', '--method', method).ended;
  expect(code, stdout + stderr).toBe(0);
}

/** As somebody does with the button on GitHub; what is stacked goes into the base first. */
async function mergeByButton({ hub, shop }: GitHubWorld, how: string): Promise<void> {
  const token = hub.token(['repo'], 'una');
  const call = async (method: string, path: string, body: object): Promise<void> => {
    const answer = await fetch(`${hub.url}/repos/una/shop/pulls/${path}`, {
      ...{ method, headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) },
    });
    expect(answer.ok, await answer.text()).toBe(true);
  };
  for (const { issue, base } of shop.pulls()) {
    if (base.ref !== 'main') await call('PATCH', String(issue.number), { base: 'main' });
    await call('PUT', `${issue.number}/merge`, { merge_method: how });
  }
}

type Told = {
  readonly undos: readonly {
    readonly tasks: readonly number[];
    readonly branch: string;
    readonly head: string;
    readonly pullRequest: { readonly number: number };
    readonly isNew: boolean;
  }[];
};

async function undo({ start }: GitHubWorld, ...args: readonly string[]): Promise<Told> {
  const { code, stdout, stderr } = await start('undo', '1', ...args, '--yes', '--json').ended;
  expect(code, stdout + stderr).toBe(0);
  return JSON.parse(stdout) as Told;
}

const filesAt = ({ world }: GitHubWorld, commit: string): string[] =>
  world.git('ls-tree', '--name-only', commit).trim().split('\n');

describe.for(['squash', 'merge', 'rebase'])('merged by %s', (method) => {
  test.for(['by Flotilla', 'by the button'])('%s, it is undone on GitHub, once', async (by) => {
    await using site = await publish();
    const { shop, world } = site;
    await (by === 'by Flotilla' ? mergeByFlotilla(site, method) : mergeByButton(site, method));
    const mine = world.git('for-each-ref', 'refs/heads') + world.git('status', '--porcelain');
    const [made] = (await undo(site, '1')).undos;
    const main = (await shop.branches()).get('main');
    expect(filesAt(site, made?.head ?? '')).not.toContain('more.txt');
    expect(filesAt(site, made?.head ?? '')).not.toContain('one.txt');
    expect(filesAt(site, made?.head ?? '')).toContain('two.txt');
    expect((await shop.branches()).get(made?.branch ?? '')).toBe(made?.head);
    expect(world.git('for-each-ref', 'refs/heads') + world.git('status', '--porcelain')).toBe(mine);

    const again = await undo(site, '1');
    expect(again.undos).toEqual([{ ...made, isNew: false }]);
    const pulls = shop.pulls().filter(({ head }) => head.ref.startsWith('undo-'));
    expect(pulls.map(({ issue, base }) => [issue.title, base.ref, issue.state])).toEqual([
      ['Undo task 1: Add the one', 'main', 'open'],
    ]);
    expect((await shop.branches()).get('main')).toBe(main);
    const body = pulls[0]?.issue.body ?? '';
    expect(body).toContain('## What is reverted');
    expect(body).toContain('## What stays');
    expect(body).not.toMatch(/\bcloses\b/iu);
    expect(body).not.toContain(site.token);
  });
});

test('of two stacked tasks that the button merged, the upper one goes alone', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world } = site;
  world.script({
    'agent-1': 'commit one.txt one',
    'agent-2': 'echo more >>one.txt; git commit -qam "Add more"',
  });
  const body = masterBody(['Write `one.txt`', 'Extend `one.txt` (after task 1)']);
  shop.issue({ title: 'Build it', body });
  const run = await site.orchestrate(1, '--check', 'true', '--yes');
  expect(run.code, run.stdout + run.stderr).toBe(0);
  await mergeByButton(site, 'merge');
  const [made] = (await undo(site, '2')).undos;
  const count = world.git('rev-list', '--count', `flotilla/main..${made?.head}`);
  expect(count.trim()).toBe('1');
  expect(world.git('show', `${made?.head}:one.txt`).trim()).toBe('one');
});

describe.concurrent('killed', () => {
  test.for([
    ['DIE_AT_EVENT', '1'],
    ['DIE_BEFORE_EVENT', 'undo-published'],
  ])('by %s %s: one pull request in the end', async ([name, value], { onTestFinished }) => {
    await using site = await publish(onTestFinished);
    await mergeByFlotilla(site, 'squash');
    Object.assign(site.world.env, {
      NODE_OPTIONS: `--import=${dieAtEvent}`,
      [String(name)]: value,
    });
    const killed = await site.start('undo', '1', '2', '--yes').ended;
    expect(killed.code, killed.stdout + killed.stderr).toBeNull();
    delete site.world.env['NODE_OPTIONS'];
    const told = await undo(site, '2');
    expect(told.undos.map(({ tasks }) => tasks)).toEqual([[2]]);
    const undos = site.shop.pulls().filter(({ head }) => head.ref.startsWith('undo-'));
    expect(undos.map(({ head }) => head.ref)).toEqual([told.undos[0]?.branch]);
    expect((await site.shop.branches()).get(told.undos[0]?.branch ?? '')).toBe(told.undos[0]?.head);
  });
});
