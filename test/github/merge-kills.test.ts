import { describe, expect, test } from 'vitest';
import { startFlotilla, type Ended, type Running } from '../rig/flotilla.ts';
import type { Hub } from '../rig/github/github.ts';
import { countEvents } from '../rig/count-events.ts';
import {
  makeGitHubWorld,
  masterBody,
  type GitHubWorld,
  type GitHubWorldParams,
} from './github-world.ts';
import { areAllKillsWanted } from '../rig/wanted-kills.ts';

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

/** Three pull requests, of which the third is stacked on the second. */
const titles = ['Write `one.txt`', 'Write `two.txt`', 'Extend `two.txt` (after task 2)'];

async function publish(
  onFinished: (work: () => void) => void = () => undefined,
  more: GitHubWorldParams = {},
): Promise<GitHubWorld> {
  const site = await makeGitHubWorld({ ...more, onFinished });
  site.world.script({
    'agent-1': 'commit one.txt one',
    'agent-2': 'commit two.txt two',
    'agent-3': 'echo more >>two.txt; git commit -qam "Add more"',
  });
  site.shop.issue({ title: 'Build it', body: masterBody(titles) });
  const { code, stdout, stderr } = await site.orchestrate(1, '--check', 'true', '--yes');
  expect(code, stdout + stderr).toBe(0);
  return site;
}

function merge({ world }: GitHubWorld, env: NodeJS.ProcessEnv = {}): Running {
  return startFlotilla({
    args: ['merge', '1', '--yes'],
    cwd: world.repository,
    env: { ...world.env, ...env },
  });
}

/** What must be the same, however often a process died on the way. */
async function endState({ shop, hub, world }: GitHubWorld): Promise<object> {
  const main = (await shop.branches()).get('main') ?? '';
  return {
    issues: shop.issues().map(({ title, state }) => [title, state]),
    body: shop.issues()[0]?.body,
    pulls: shop
      .pulls()
      .map(({ issue, base, mergedAt }) => `${issue.title} ${base.ref} ${mergedAt !== null}`)
      .toSorted(),
    branches: [...(await shop.branches()).keys()],
    merges: hub.events.filter(({ kind }) => kind === 'pull-merged').length,
    tree: world.git('rev-parse', `${main}^{tree}`).trim(),
    // Pull requests are numbered as their agents end.
    subjects: world.git('log', '--format=%s', `main..${main}`).replaceAll(/#\d+/gu, '#N'),
    comments: shop.comments(1).map(({ body }) => body.includes('| Pull requests merged | 100 % |')),
    seen: world.git('rev-parse', 'flotilla/main').trim() === main,
  };
}

async function undisturbed(): Promise<{ state: object; events: number }> {
  await using site = await publish();
  const before = countEvents(site.world);
  const { code, stdout, stderr } = await merge(site).ended;
  expect(code, stdout + stderr).toBe(0);
  const state = await endState(site);
  expect(state).toMatchObject({ merges: 3, branches: ['main'], comments: [true] });
  return { state, events: countEvents(site.world) - before };
}

const reference = await undisturbed();

async function expectSameEnd(site: GitHubWorld, killed: Ended): Promise<void> {
  expect(killed.code, killed.stdout + killed.stderr).toBeNull();
  const again = await merge(site).ended;
  const said = `${killed.stdout}\n--- again\n${again.stdout}${again.stderr}`;
  expect(again.code, said).toBe(0);
  expect(await endState(site), said).toEqual(reference.state);
  expect(said).not.toContain(site.token);
}

/** Events to die at: all of them by `npm run test:kills`, a sample otherwise. */
function eventsToDieAt(): number[] {
  const all = Array.from({ length: reference.events }, (_, index) => index + 1);
  return areAllKillsWanted('beyond') ? all : all.filter((event) => event % 12 === 4);
}

describe.concurrent('a merge of three pull requests on GitHub', { timeout: 600_000 }, () => {
  test.for(eventsToDieAt())(
    'killed right after event %i goes on where it was',
    async (event, { onTestFinished }) => {
      await using site = await publish(onTestFinished);
      const killed = merge(site, {
        NODE_OPTIONS: `--import=${dieAtEvent}`,
        DIE_AT_EVENT: String(event),
      });
      await expectSameEnd(site, await killed.ended);
    },
  );

  // GitHub has done it, and the process that asked for it never learns of it.
  test.for<[Parameters<Hub['until']>[0], number]>([
    ['pull-merged', 1],
    ['pull-merged', 3],
    ['issue-edited', 1],
    ['pull-edited', 1],
  ])('killed over %s number %i doubles nothing', async ([kind, count], { onTestFinished }) => {
    await using site = await publish(onTestFinished);
    const before = site.hub.events.filter((event) => event.kind === kind).length;
    const running = merge(site);
    await running.until(site.hub.until(kind, before + count).then(() => undefined));
    running.signal('SIGKILL');
    await expectSameEnd(site, await running.ended);
  });

  test('killed while the merge queue has one, it finds what the queue did', async ({
    onTestFinished,
  }) => {
    await using site = await publish(onTestFinished, { repository: { usesMergeQueue: true } });
    const { hub, shop } = site;
    const running = merge(site);
    await running.until(hub.until('pull-queued', 1).then(() => undefined));
    running.signal('SIGKILL');
    const killed = await running.ended;
    const queued = (): number => shop.pulls().find((pull) => pull.queued)?.issue.number ?? 0;
    await shop.advanceQueue(queued(), 'merged');
    const again = merge(site);
    for (const count of [2, 3]) {
      await again.until(hub.until('pull-queued', count).then(() => undefined));
      await shop.advanceQueue(queued(), 'merged');
    }
    const { code, stdout, stderr } = await again.ended;
    const said = `${killed.stdout}\n--- again\n${stdout}${stderr}`;
    expect(code, said).toBe(0);
    expect(await endState(site), said).toEqual(reference.state);
  });

  test('killed while GitHub is to merge one by itself, it finds that it did', async ({
    onTestFinished,
  }) => {
    await using site = await publish(onTestFinished, { repository: { allowsAutoMerge: true } });
    const { hub, shop } = site;
    shop.protect('main', { requiredChecks: ['build'] });
    const running = merge(site);
    await running.until(hub.until('auto-merge-enabled', 1).then(() => undefined));
    running.signal('SIGKILL');
    await running.ended;
    const waiting = shop.pulls().find(({ autoMerge }) => autoMerge !== null);
    await shop.setChecks(waiting?.head.sha ?? '', {
      runs: [{ name: 'build', conclusion: 'success' }],
    });
    expect(waiting?.mergedAt).not.toBeNull();
    shop.protect('main');
    const { code, stdout, stderr } = await merge(site).ended;
    expect(code, stdout + stderr).toBe(0);
    expect(await endState(site), stdout).toEqual(reference.state);
  });
});
