import { expect, test, vi } from 'vitest';
import { told } from '../rig/five-pull-requests.ts';
import { greenJob, makeCiWorld, redJob } from './ci-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 240_000 });

test('what is red on GitHub when it should be merged goes to its agent first, also over a kill', async () => {
  await using site = await makeCiWorld({
    titles: ['Add the cart', 'Add the shop'],
    github: { ci_fixes: 0, merge_patience: 120 },
  });
  const { world, shop, hub, master, token } = site;
  const gate = world.gate('fixing');
  world.script({
    'agent-1.1': 'commit cart.txt wrong',
    'agent-1.2': 'hold fixing; commit cart.txt right',
    'agent-2.1': 'commit shop.txt',
    'agent-2.2': 'echo "It is not my doing."',
  });
  const ran = await site.orchestrate(master, '--yes', '--check', 'true', '--stack', 'never');
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  const numberOf = (title: string): number =>
    shop.pulls().find(({ issue }) => issue.title === title)?.issue.number ?? 0;
  const [cart, other] = [numberOf('Add the cart'), numberOf('Add the shop')];
  await site.ended(cart, [redJob(`expected right, got wrong; key ${token}\n`), { name: 'lint' }]);
  await site.ended(other, [redJob('not here\n')]);
  const start = () => site.start('merge', String(master), '--yes', '--json');
  site.configure({ github: { ci_fixes: 2, merge_patience: 120 } });
  const killed = start();
  await site.ended(cart, [{ name: 'lint', conclusion: 'failure' }]);
  await killed.until(gate.arrived());
  killed.signal('SIGKILL');
  await killed.ended;
  const merging = start();
  const pushes = hub.events.filter(({ kind }) => kind === 'pull-pushed').length;
  gate.open();
  await merging.until(hub.until('pull-pushed', pushes + 1).then(() => undefined));
  await site.ended(cart, [greenJob, { name: 'lint', conclusion: 'success' }]);
  // The other one has the new base in it by then.
  await merging.until(hub.until('pull-pushed', pushes + 2).then(() => undefined));
  await site.ended(other, [redJob('not here\n')]);
  const { code, stdout, stderr } = await merging.ended;
  expect({ code, ...told(stdout) }, stdout + stderr).toMatchObject({
    code: 1,
    merged: [1],
    left: [{ ordinal: 2, reason: 'check-failed' }],
  });
  expect(told(stdout).left[0]?.message).toMatch(/^test is red on it; its agent was asked/u);
  expect(world.git('show', 'flotilla/main:cart.txt')).toBe('right\n');
  const prompt = world.seen('agent-1', 'prompt', 2);
  // All that is red, once the rest had ended.
  expect(prompt).toContain('Check: test');
  expect(prompt).toContain('Check: lint');
  expect(prompt).toContain('expected right, got wrong');
  expect(prompt).not.toContain(token);
  expect([1, 2].map((task) => world.starts(`agent-${task}`))).toEqual([2, 2]);
});
