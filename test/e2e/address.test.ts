import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeWorld, type World } from '../rig/world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

/** The file of a pull request of the local forge. */
function pullFile({ stateHome }: World, number: number): string {
  const home = join(stateHome, 'flotilla');
  const [state = ''] = readdirSync(home).filter((name) => !name.startsWith('holds'));
  return join(home, state, 'forge', 'pulls', `${number}.md`);
}

function askForChanges(world: World, comments: readonly string[]): void {
  const file = pullFile(world, 3);
  const lines = `review: "changes-requested"\ncomments: ${JSON.stringify(comments)}`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^---\n/u, `---\n${lines}\n`));
}

test('what somebody writes into the file of a local pull request goes back to its agent', async () => {
  await using world = await makeWorld({ files: { 'check.sh': 'test ! -e broken\n' } });
  world.script({
    'agent-1.1': 'commit cart.js "let sum"',
    'agent-1.2': 'commit cart.js "let total"\ncommit broken',
    'agent-1.3': 'git rm --quiet broken\ngit commit --quiet --message "Fix it"',
  });
  const first = await world.orchestrate('--check', 'sh check.sh');
  expect(first.code, first.stdout).toBe(0);
  const idle = await world.flotilla('address', '../issue.md');
  expect(idle, idle.stdout).toMatchObject({ code: 0 });
  expect(idle.stdout).toContain('Nothing to address');

  askForChanges(world, ['cart.js:1: Name it total', 'And test it']);
  const { code, stdout, stderr } = await world.flotilla('address', '../issue.md', '--plain');
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('#3 (task 1): 2 review remarks');
  expect(stdout).toContain('✓ #3 (task 1): addressed by');
  const prompt = world.seen('agent-1', 'prompt', 2);
  expect(prompt).toContain('File: cart.js, line 1\n\nName it total');
  // Red by our own check, it went back once more before it was pushed.
  expect(world.starts('agent-1')).toBe(3);
  const [branch = ''] = world.git('branch', '-r', '--list', 'flotilla/feat/*').trim().split('\n');
  expect(world.git('show', `${branch}:cart.js`)).toBe('let total\n');
  const head = world.git('rev-parse', branch).trim();
  expect(readFileSync(pullFile(world, 3), 'utf8')).toContain(`answer: "Addressed by ${head}`);

  const again = await world.flotilla('address', '../issue.md', '1');
  expect(again.stdout).toContain('Nothing to address');
  expect(world.starts('agent-1')).toBe(3);
});

test('an agent that gives up on a review leaves the pull request as it was, and says so', async () => {
  await using world = await makeWorld();
  world.script({ 'agent-1.1': 'commit cart.js', 'agent-1.2': 'echo "I would not."' });
  expect((await world.orchestrate()).code).toBe(0);
  const before = world.git('for-each-ref', 'refs/remotes/flotilla/feat');
  askForChanges(world, ['Name it total']);
  const { code, stdout } = await world.flotilla('address', '../issue.md');
  expect(code, stdout).toBe(2);
  expect(stdout).toContain('it stays as it was: no-commits: The agent changed nothing');
  expect(stdout).toContain('I would not.');
  expect(world.git('for-each-ref', 'refs/remotes/flotilla/feat')).toBe(before);
  const status = await world.flotilla('status', '--json');
  expect(JSON.parse(status.stdout)).toMatchObject({ tasks: [{ state: 'completed' }] });
  const nobody = await world.flotilla('address', 'other.md');
  expect(nobody.code).toBe(9);
  expect(nobody.stderr).toContain('There is no run of other.md');
});

test('remarks of the command line go to the agents of the tasks that they name', async () => {
  await using world = await makeWorld({ issue: ['Add a cart', 'Add a shop', 'Add a till'] });
  world.script({
    'agent-1.1': 'commit cart.js',
    'agent-1.2': 'commit total.js',
    'agent-2.1': 'commit shop.js',
    'agent-3.1': 'commit till.js',
    'agent-3.2': 'commit tests.js',
  });
  const first = await world.orchestrate();
  expect(first.code, first.stdout).toBe(0);
  const remarks = [
    '1:cart.js:1: Name it --total; $(touch evil)',
    '1:cart.js: Split it',
    '3: Test it',
  ];
  const given = remarks.flatMap((remark) => ['--remark', remark]);
  const { code, stdout, stderr } = await world.flotilla(
    'address',
    '../issue.md',
    '--plain',
    ...given,
  );
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('(task 1): 2 review remarks');
  expect(stdout).toContain('(task 3): 1 review remark');
  const prompt = world.seen('agent-1', 'prompt', 2);
  expect(prompt).toContain('File: cart.js, line 1\n\nName it --total; $(touch evil)');
  expect(prompt).toContain('File: cart.js\n\nSplit it');
  expect(prompt).not.toContain('Test it');
  expect(world.seen('agent-3', 'prompt', 2)).toContain('Test it');
  expect(world.starts('agent-2')).toBe(1);

  const nameless = await world.flotilla('address', '../issue.md', '--remark', 'Name it total');
  expect(nameless).toMatchObject({ code: 64 });
  expect(nameless.stderr).toContain('begins with the number of its task');
  const other = await world.flotilla('address', '../issue.md', '1', '--remark', '2: Test it');
  expect(other).toMatchObject({ code: 64 });
  expect(other.stderr).toContain('A remark is about task 2');
  const unknown = await world.flotilla('address', '../issue.md', '--remark', '9: Test it');
  expect(unknown.code).toBe(64);
});
