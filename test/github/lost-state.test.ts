import { rmSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { makeGitHubWorld, masterBody } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

test('a run whose state is lost doubles no issue, and overwrites no branch that it cannot know', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world } = site;
  world.script({ 'agent-2': 'exit 1' });
  const body = masterBody(['Add the cart', 'Add the shelf']);
  const master = shop.issue({ title: 'Build the shop', body });
  expect((await site.orchestrate(master.number)).code).toBe(2);
  const children = [...master.children];
  const [before] = [...(await shop.branches()).entries()].filter(([name]) => name !== 'main');

  rmSync(world.stateHome, { recursive: true });
  // It was another day, and so another run.
  for (const { number, body: text } of children)
    shop.edit(number, text?.replaceAll(/orch-1-[\d-]+/gu, 'orch-1-20260101-1200') ?? '');
  world.script({ 'agent-1': 'commit other.txt', 'agent-2': 'commit shelf.txt' });
  const { code, stdout } = await site.orchestrate(master.number);
  expect(code, stdout).toBe(2);
  expect(master.children.map(({ number }) => number)).toEqual(children.map(({ number }) => number));
  expect(stdout).toContain('was changed by somebody else');
  const after = await shop.branches();
  expect(after.get(before?.[0] ?? '')).toBe(before?.[1]);
  // What had no branch yet is done.
  expect(shop.pulls().map(({ issue }) => issue.title)).toEqual(['Add the cart', 'Add the shelf']);
  for (const child of children) expect(child.body).not.toContain('20260101');
});
