import { expect, test, vi } from 'vitest';
import { makeCiWorld } from './ci-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const titles = ['cart', 'till', 'shelf', 'stock', 'price'].map(
  (name) => `**${name}**: Create \`src/${name}.txt\`. Include unit tests in \`test/${name}.txt\`.`,
);
const red = { name: 'deploy', conclusion: 'failure' } as const;

test('a base that is red on GitHub pays nobody; by force, its red check goes back to no agent', async () => {
  await using site = await makeCiWorld({ titles });
  const { world, shop, hub, master } = site;
  await shop.setChecks(world.git('rev-parse', 'main').trim(), { runs: [red] });
  const refused = await site.orchestrateUnforced(master, '--yes', '--check', 'true');
  expect(refused.code, refused.stdout).toBe(4);
  expect(refused.stderr).toContain("The forge's own checks of main are red: deploy");
  expect(world.starts('agent-1')).toBe(0);

  const run = site.start(
    ...['orchestrate', String(master), '--agent', world.agent, '--plain', '--force'],
    ...['--check', 'true', '--tasks', '1,2'],
  );
  await run.until(hub.until('pull-opened', 2).then(() => undefined));
  for (const { issue } of shop.pulls()) await site.ended(issue.number, [red]);
  const ended = await run.ended;
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect([world.starts('agent-1'), world.starts('agent-2')]).toEqual([1, 1]);
});
