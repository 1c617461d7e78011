import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateOf } from '../rig/count-events.ts';
import { fivePullRequests, told } from '../rig/five-pull-requests.ts';
import { readStatus, taskOf } from '../rig/status.ts';
import type { World } from '../rig/world.ts';

/** Has task 2's agent asked, and does something while it is at work; gives what `merge --json` told. */
async function meanwhile(
  world: World,
  does: (forge: string, branch: string) => void,
): Promise<ReturnType<typeof told>> {
  const gate = world.gate('asked');
  world.script({
    'agent-2.2':
      'hold asked; printf "one\\ntwo\\n" >shared.txt; git commit --quiet --all --no-edit',
  });
  const branch = taskOf(await readStatus(world), 2).branch ?? '';
  const running = world.start('merge', 'local#1', '--yes', '--json');
  await running.until(gate.arrived());
  does(join(stateOf(world), 'forge'), branch);
  gate.open();
  const { stdout, stderr } = await running.ended;
  expect(stdout, stderr).not.toBe('');
  return told(stdout);
}

/** A person's commit on a branch of the forge. */
function commitOn(world: World, forge: string, branch: string): string {
  const repository = join(forge, 'repository.git');
  const ref = `refs/heads/${branch}`;
  world.git('fetch', '--quiet', repository, ref);
  const blob = world.git('hash-object', '-w', 'README.md').trim();
  const env = { GIT_INDEX_FILE: join(world.root, 'person.index') };
  Object.assign(world.env, env);
  world.git('read-tree', 'FETCH_HEAD');
  world.git('update-index', '--add', '--cacheinfo', `100644,${blob},person.md`);
  const tree = world.git('write-tree').trim();
  delete world.env['GIT_INDEX_FILE'];
  const commit = world.git('commit-tree', tree, '-p', 'FETCH_HEAD', '-m', 'By hand').trim();
  world.git('push', '--quiet', repository, `${commit}:${ref}`);
  return commit;
}

test('a base that moves while an agent resolves is taken in before the merge', async () => {
  await using world = await fivePullRequests(['One', 'Two']);
  const answer = await meanwhile(world, (forge) => void commitOn(world, forge, 'main'));
  expect(answer).toMatchObject({ merged: [1, 2], left: [] });
  expect(world.git('log', '--format=%s', 'main..flotilla/main')).toMatch(
    /^Two \(#\d+\)\nBy hand\nOne/u,
  );
  expect(world.git('show', 'flotilla/main:shared.txt')).toBe('one\ntwo\n');
}, 120_000);

test('what a person pushes to the branch while its agent resolves is never overwritten', async () => {
  await using world = await fivePullRequests(['One', 'Two']);
  let pushed = '';
  const answer = await meanwhile(world, (forge, branch) => {
    pushed = commitOn(world, forge, branch);
  });
  expect(answer.left).toMatchObject([{ ordinal: 2, reason: 'conflict' }]);
  const branch = taskOf(await readStatus(world), 2).branch ?? '';
  const repository = join(stateOf(world), 'forge', 'repository.git');
  expect(world.git(`--git-dir=${repository}`, 'rev-parse', branch).trim()).toBe(pushed);
}, 120_000);

test('a pull request that a person closes while its agent resolves is left closed', async () => {
  await using world = await fivePullRequests(['One', 'Two']);
  const answer = await meanwhile(world, (forge, branch) => {
    for (const name of readdirSync(join(forge, 'pulls'))) {
      const path = join(forge, 'pulls', name);
      const text = readFileSync(path, 'utf8');
      if (text.includes(`head: "${branch}"`))
        writeFileSync(path, text.replace('state: "open"', 'state: "closed"'));
    }
  });
  expect(answer.left).toMatchObject([{ ordinal: 2, reason: 'closed' }]);
  expect(world.git('show', 'flotilla/main:shared.txt')).toBe('one\n');
}, 120_000);

test('an agent that Ctrl-C ends while it resolves goes on where it was, with the next merge', async () => {
  await using world = await fivePullRequests(['One', 'Two']);
  const gate = world.gate('asked');
  world.script({
    'agent-2.2': 'echo half >shared.txt; hold asked',
    'agent-2.3':
      'cp shared.txt "$rig/found"; printf "one\ntwo\n" >shared.txt; git commit --quiet --all --no-edit',
  });
  const running = world.start('merge', 'local#1', '--yes');
  await running.until(gate.arrived());
  running.signal('SIGINT');
  await running.printed('Stopping after this step');
  running.signal('SIGINT');
  expect((await running.ended).code).toBe(130);
  expect(taskOf(await readStatus(world), 2).state).toBe('completed');
  const again = await world.flotilla('merge', 'local#1', '--yes', '--json');
  expect(told(again.stdout)).toMatchObject({ merged: [1, 2], left: [] });
  expect(world.noted('found')).toBe('half');
  expect(world.seen('agent-2', 'prompt', 3)).toContain('Continue where you were stopped');
  expect(world.starts('agent-2')).toBe(3);
}, 120_000);
