import { expect, test, vi } from 'vitest';
import { greenJob, makeCiWorld, redJob } from './ci-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 240_000 });

test('a red check goes back to its agent with its log, and the fix is pushed to the same branch', async () => {
  await using site = await makeCiWorld({ titles: ['Add the cart'] });
  const { world, shop, hub, token } = site;
  world.script({
    'agent-1.1': 'commit cart.txt wrong',
    'agent-1.2': 'pwd >"$rig/place"\ncommit cart.txt right',
  });
  const run = site.start('orchestrate', String(site.master), '--agent', world.agent, '--plain');
  await run.until(hub.until('pull-opened').then(() => undefined));
  const [pull] = shop.pulls();
  const number = pull?.issue.number ?? 0;
  const log = `2026-01-01T00:00:00.0Z ${'.'.repeat(9_000)}\nexpected right, got wrong; key ${token}\n`;
  await site.ended(number, [redJob(log), { name: 'lint', conclusion: 'success' }]);
  await run.until(hub.until('pull-pushed').then(() => undefined));
  await site.ended(number, [greenJob, { name: 'lint', conclusion: 'success' }]);
  const { code, stdout, stderr } = await run.ended;

  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  expect(world.starts('agent-1')).toBe(2);
  const prompt = world.seen('agent-1', 'prompt', 2);
  expect(prompt).toContain('Check: test');
  expect(prompt).toContain('expected right, got wrong');
  expect(prompt.length).toBeLessThan(10_000);
  expect(prompt).not.toContain(token);
  expect(prompt).not.toContain('lint');
  expect(shop.pulls()).toHaveLength(1);
  const tree = world.git('show', `flotilla/${pull?.head.ref}:cart.txt`);
  expect(tree).toBe('right\n');
  expect(shop.comments(site.master)[0]?.body).toContain('CI ✓');
  expect(stdout).toContain('All agents succeeded!');
});

test('a check that stays red takes as many fixes as are allowed, and is reported as red', async () => {
  await using site = await makeCiWorld({ titles: ['Add the cart', 'Add the shop'] });
  const { world, shop, hub } = site;
  world.script({
    'agent-1': 'commit cart.txt "$(cat "$rig/$AGENT_ID.starts")"',
    'agent-2': 'commit shop.txt',
  });
  const run = site.start(
    ...['orchestrate', String(site.master), '--agent', world.agent, '--plain', '--ci-fixes', '3'],
  );
  await run.until(hub.until('pull-opened', 2).then(() => undefined));
  const cart = shop.pulls().find(({ issue }) => issue.title === 'Add the cart')?.issue.number ?? 0;
  const other = shop.pulls().find(({ issue }) => issue.number !== cart)?.issue.number ?? 0;
  await site.ended(other, [greenJob]);
  for (let pushes = 0; ; pushes += 1) {
    await site.ended(cart, [redJob(`still wrong ${pushes}\n`)]);
    if (pushes === 3) break;
    await run.until(hub.until('pull-pushed', pushes + 1).then(() => undefined));
  }
  const { code, stdout } = await run.ended;

  expect(code, stdout).toBe(0);
  expect([1, 2].map((task) => world.starts(`agent-${task}`))).toEqual([4, 1]);
  expect(world.seen('agent-1', 'prompt', 4)).toContain('still wrong 2');
  expect(stdout).toContain('the checks of 1 pull request are red');
  expect(stdout).toContain(`#${cart} (task 1): checks are red: test, after 3 fixes`);
  expect(stdout).toContain(`flotilla address ${hub.gitUrl}/una/shop/issues/${site.master}`);
  expect(shop.comments(site.master)[0]?.body).toContain(`#${cart} (task 1): checks are red`);
  const status = await world.flotilla('status', String(site.master), '--json');
  expect(JSON.parse(status.stdout)).toMatchObject({
    state: 'succeeded',
    tasks: [
      { state: 'completed', ci: { checks: 'failed', failed: ['test'], fixes: 3 } },
      { state: 'completed', ci: { checks: 'passed', fixes: 0 } },
    ],
  });
  const again = await site.orchestrate(site.master);
  expect(again.stdout).toContain('Nothing left to do');
  expect(world.starts('agent-1')).toBe(4);
});

test('a fix that fails, or that would need force, leaves the pull request as it was', async () => {
  await using site = await makeCiWorld({ titles: ['Add the cart', 'Add the shop', 'Add a till'] });
  const { world, shop, hub } = site;
  world.script({
    'agent-1.1': 'commit cart.txt',
    'agent-1.2': 'echo "It is not my doing."',
    'agent-2.1': 'commit shop.txt',
    'agent-2.2': 'write shop.txt other\ngit add -A\ngit commit --quiet --amend --message "Anew"',
    'agent-3.1': 'commit till.txt',
    'agent-3.2': 'echo "no more" >&2\nexit 3',
  });
  const run = site.start('orchestrate', String(site.master), '--agent', world.agent, '--plain');
  await run.until(hub.until('pull-opened', 3).then(() => undefined));
  const heads = await shop.branches();
  for (const { issue } of shop.pulls()) await site.ended(issue.number, [redJob('wrong\n')]);
  const { code, stdout } = await run.ended;
  expect(code, stdout).toBe(0);
  expect([1, 2, 3].map((task) => world.starts(`agent-${task}`))).toEqual([2, 2, 2]);
  expect(await shop.branches()).toEqual(heads);
  expect(stdout).toContain('The agent changed nothing; its last words: It is not my doing.');
  expect(stdout).toContain('The agent rewrote commits that are published');
  expect(stdout).toContain('the checks of 3 pull requests are red');
});

test('with no workflow and no check, nothing is awaited and no agent is started again', async () => {
  await using site = await makeCiWorld({
    titles: ['Add the cart'],
    hasWorkflow: false,
    github: { ci_grace: 0.2 },
  });
  const { code, stdout } = await site.orchestrate(site.master);
  expect(code, stdout).toBe(0);
  expect(stdout).not.toContain('checks of its pull request');
  expect(site.world.starts('agent-1')).toBe(1);
});

test('checks that do not end are named when patience is over', async () => {
  await using site = await makeCiWorld({ titles: ['Add the cart'], github: { ci_patience: 6 } });
  const { world, shop, hub } = site;
  const run = site.start('orchestrate', String(site.master), '--agent', world.agent, '--plain');
  await run.until(hub.until('pull-opened').then(() => undefined));
  const number = shop.pulls()[0]?.issue.number ?? 0;
  await site.ended(number, [{ name: 'nightly' }]);
  const { code, stdout } = await run.ended;
  expect(code, stdout).toBe(0);
  expect(stdout).toContain(`#${number} (task 1): the checks of its pull request have not finished`);
  expect(stdout).toContain('nightly');
});

test('a run that is interrupted while it watches goes on watching with the next start', async () => {
  await using site = await makeCiWorld({ titles: ['Add the cart'] });
  const { world, shop, hub } = site;
  world.script({ 'agent-1.1': 'commit cart.txt wrong', 'agent-1.2': 'commit cart.txt right' });
  const first = site.start('orchestrate', String(site.master), '--agent', world.agent, '--plain');
  await first.until(hub.until('pull-opened').then(() => undefined));
  const number = shop.pulls()[0]?.issue.number ?? 0;
  await site.ended(number, [{ name: 'test' }]);
  await first.printed('are running: test');
  first.signal('SIGINT');
  const interrupted = await first.ended;
  expect(interrupted.code, interrupted.stdout).toBe(130);
  await site.ended(number, [redJob('wrong\n')]);
  const second = site.start('orchestrate', String(site.master), '--agent', world.agent, '--plain');
  await second.until(hub.until('pull-pushed').then(() => undefined));
  await site.ended(number, [greenJob]);
  const { code, stdout } = await second.ended;
  expect(code, stdout).toBe(0);
  expect(world.starts('agent-1')).toBe(2);
});

test('a run that only waits for checks says so, and can be cancelled from another terminal', async () => {
  await using site = await makeCiWorld({ titles: ['Add the cart'] });
  const { world } = site;
  const run = site.start('orchestrate', String(site.master), '--agent', world.agent, '--plain');
  await run.printed('waiting for the checks of #3');
  const cancel = await world.flotilla('cancel', String(site.master));
  expect(cancel.code, cancel.stderr).toBe(0);
  expect(cancel.stdout).toContain('it no longer waits for checks');
  const { code, stdout } = await run.ended;
  expect(code, stdout).toBe(130);
  expect(site.shop.pulls()).toHaveLength(1);
});
