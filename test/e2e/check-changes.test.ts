import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStatus, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const phases = '# Plan\n\n## Phase 1\n\n- [ ] First\n\n## Phase 2\n\n- [ ] Second\n';

const manifest = (script: string): string =>
  JSON.stringify({ name: 'sample', version: '1.0.0', scripts: { test: script } });

const files = {
  'package.json': manifest('sh check.sh'),
  'check.sh': 'for each in test/*.sh; do sh "$each" || exit 1; done\n',
  'test/value.sh': '[ "$(cat value.txt)" = ok ] || { echo "value.txt is broken"; exit 1; }\n',
  'value.txt': 'ok\n',
};

const merging = ['--merge', 'verified', '--yes', '--force'];

const breaks = 'write value.txt broken; git add .; commit two.txt "try $attempt"';

function makePhases(first: string, second = breaks): Promise<World> {
  return makeWorld({ issue: phases, files }).then((world) => {
    world.script({ 'agent-1': `${first}\ncommit one.txt`, 'agent-2': second });
    return world;
  });
}

const merged = (world: World): string => world.git('show', 'refs/remotes/flotilla/main:value.txt');

test.each([
  ['the script of a manifest', `printf '%s' '${manifest('true')}' >package.json; git add .`],
  ['the file that a script starts', 'echo "exit 0" >check.sh; git add .'],
  ['a test, which is gone', 'git rm --quiet test/value.sh; write test/other.sh true; git add .'],
])('what one phase makes of %s does not judge the next one alone', async (_what, change) => {
  await using world = await makePhases(change);
  const ended = await world.orchestrate(...merging);
  expect(ended.code, ended.stdout).toBe(2);
  expect(merged(world)).toBe('ok\n');
  const run = await readStatus(world);
  expect(taskOf(run, 1).state).toBe('merged');
  expect(taskOf(run, 2).failure).toMatchObject({ reason: 'check-failed' });
  expect(world.seen('agent-2', 'prompt', 2)).toContain('value.txt is broken');
  // Before the first was merged, it was said what it changes.
  const said = `${ended.stdout}${ended.stderr}`;
  const notice = said.indexOf('These pull requests change the checks:');
  expect(notice).toBeGreaterThan(0);
  expect(notice).toBeLessThan(said.indexOf('phase 2 of 2 continues'));
  expect(said).toContain('count until you agree to the changes');
  const review = readFileSync(
    join(world.repository, '.claude/runtime/parallel/local-1/review.md'),
    'utf8',
  );
  expect(review).toContain('Note: ');
});

test('the user agrees to changed checks once, and the run goes on with them alone', async () => {
  await using world = await makePhases('echo "exit 0" >check.sh; git add .');
  expect((await world.orchestrate(...merging)).code).toBe(2);
  expect(merged(world)).toBe('ok\n');
  const again = await world.orchestrate(...merging, '--retry', '--accept-check-changes');
  expect(again.code, again.stdout).toBe(0);
  expect(merged(world)).toBe('broken\n');
});

test('what was agreed to in a merge holds for what comes after it', async () => {
  await using world = await makePhases('echo "exit 0" >check.sh; git add .');
  const first = await world.orchestrate();
  expect(first.code, first.stdout).toBe(0);
  const merge = await world.flotilla('merge', '../issue.md', '--yes', '--accept-check-changes');
  expect(merge.code, merge.stdout).toBe(0);
  expect(merge.stdout).toContain('After that, only the changed checks count.');
  const second = await world.orchestrate(...merging);
  expect(second.code, second.stdout).toBe(0);
  expect(merged(world)).toBe('broken\n');
});

test('tests that are added and extended hold up nobody', async () => {
  const extend = [
    'echo "[ -e README.md ]" >>test/value.sh; write test/more.test.sh "[ -e one.txt ]"; git add .',
    'echo more >conftest.py; git add .',
  ].join('\n');
  await using world = await makePhases(extend, 'commit two.txt');
  const ended = await world.orchestrate(...merging);
  expect(ended.code, ended.stdout).toBe(0);
  expect(world.git('show', 'refs/remotes/flotilla/main:two.txt')).toContain('agent-2');
});

test('checks that cannot pass any more are reported before an agent is asked to fix them', async () => {
  const change = 'git mv value.txt other.txt; echo "[ -e other.txt ]" >check.sh; git add .';
  await using world = await makePhases(change, 'commit two.txt "try $attempt"');
  const ended = await world.orchestrate(...merging, '--json');
  expect(ended.code, ended.stdout).toBe(2);
  expect(world.starts('agent-2')).toBe(1);
  const { failure } = taskOf(await readStatus(world), 2);
  expect(failure?.message).toContain('fails on the base already');
  expect(failure?.message).toContain('--accept-check-changes');
  const again = await world.orchestrate(...merging, '--retry', '--accept-check-changes');
  expect(again.code, again.stdout).toBe(0);
});
