import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readStatus, refOf, taskOf } from '../rig/status.ts';
import { issueOf, makeWorld, type World } from '../rig/world.ts';

/** Tasks that a plan has nothing against. */
const issue = ['cart', 'till', 'shelf', 'stock', 'price'].map(
  (name) => `**${name}**: Create \`src/${name}.txt\`. Include unit tests in \`test/${name}.txt\`.`,
);

function startsIn(world: World): number {
  return issue.filter((_title, index) =>
    existsSync(join(world.root, 'rig', `agent-${index + 1}.starts`)),
  ).length;
}

describe('a base that does not pass its own check', () => {
  const check = ['--check', 'test ! -e broken.txt'];
  const files = { 'broken.txt': 'The base is red.\n' };

  test('pays no agent, is named with the way out, and is worked on once it is fixed', async () => {
    await using world = await makeWorld({ issue, files });
    const refused = await world.orchestrateUnforced('--yes', ...check);
    expect(refused.code, refused.stdout).toBe(4);
    const sha = world.git('rev-parse', '--short=9', 'main').trim();
    expect(refused.stderr).toContain(
      `The base is not ready, so no agent was started: main at ${sha}`,
    );
    expect(refused.stderr).toContain('test ! -e broken.txt fails (exit code 1) on the base itself');
    expect(refused.stderr).toContain('--force');
    expect(startsIn(world)).toBe(0);

    world.git('rm', '--quiet', 'broken.txt');
    world.git('commit', '--quiet', '--message', 'Fix the base');
    const ended = await world.orchestrateUnforced('--yes', ...check);
    expect(ended.code, ended.stderr).toBe(0);
    const run = await readStatus(world);
    // The workspaces that were made for the red base are made again for this one.
    expect(world.git('merge-base', 'main', refOf(run, 1))).toBe(world.git('rev-parse', 'main'));
  });

  test('is worked on by force, and asks no task to make it pass', async () => {
    await using world = await makeWorld({ issue, files });
    const ended = await world.orchestrateUnforced(
      '--force',
      ...check,
      '--check',
      'test -e README.md',
    );
    expect(ended.code, ended.stdout).toBe(0);
    const run = await readStatus(world);
    expect(run.tasks.map(({ state }) => state)).toEqual(issue.map(() => 'completed'));
    const body = readFileSync(fileURLToPath(taskOf(run, 1).pullRequest?.url ?? ''), 'utf8');
    expect(body).toContain('fails, as it did on the base before this work');
    expect(body).toContain('fails here and on the base');
    expect(ended.stdout).toContain('⚠️ All agents succeeded, as far as could be tested');
    expect(world.starts('agent-1')).toBe(1);
  });

  test('that turns red after the wait lets nothing new start, and is named by what fails for it', async () => {
    const configuration = JSON.stringify({ verification: { base_check_wait: 0 } });
    await using world = await makeWorld({
      issue,
      files: { ...files, '.claude/config/parallel-orchestration.json': configuration },
    });
    world.script({ default: 'hold work; commit "src/$AGENT_ID.txt"' });
    const agents = world.gate('work');
    const looks = world.gate('base');
    const rig = join(world.root, 'rig');
    const held = `echo here >${rig}/base.arrived; read -r _ <${rig}/base.open; ${check[1]}`;
    const running = world.start(
      ...['orchestrate', '../issue.md', '--agent', world.agent, '--plain', '--yes'],
      ...['--max-workers', '2', '--check', held],
    );
    await Promise.all([agents.arrived(2), looks.arrived()]);
    looks.open();
    await running.printed('nothing new starts');
    agents.open();
    const ended = await running.ended;
    expect(ended.code).toBe(2);
    expect(startsIn(world)).toBe(2);
    const run = await readStatus(world);
    const failed = run.tasks.filter(({ state }) => state === 'failed');
    expect(failed).toHaveLength(2);
    for (const { failure } of failed)
      expect(failure?.message).toContain('fails on the base already (main at ');
  });
});

test.each([
  [
    'a program that is not there',
    { 'package.json': '{}' },
    'no-such-linter-anywhere .',
    'no-such-linter-anywhere is not installed',
  ],
  [
    'a package that nobody installed',
    { 'check.mjs': "import 'no-such-package-anywhere';\n" },
    'node check.mjs',
    'no-such-package-anywhere is not installed',
  ],
])(
  'a check that needs %s is a setup that is missing, and no task pays for it',
  async (_what, files, check, words) => {
    await using world = await makeWorld({ issue, files });
    const { code, stderr } = await world.orchestrateUnforced('--yes', '--check', check);
    expect(code).toBe(4);
    expect(stderr).toContain(words);
    expect(stderr).toContain('setup-failed');
    expect(stderr).toContain('--setup');
    expect(startsIn(world)).toBe(0);
  },
);

test('a setup that fails on the base is tried in no workspace', async () => {
  await using world = await makeWorld({ issue });
  const count = join(world.root, 'count');
  const setup = ['--setup', `echo tried >>${count}; exit 3`];
  const refused = await world.orchestrateUnforced('--yes', '--check', 'true', ...setup);
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain('fails (exit code 3) on the base itself');
  expect(readFileSync(count, 'utf8')).toBe('tried\n');
  // By force its failure is no task's.
  const forced = await world.orchestrateUnforced('--force', '--check', 'true', ...setup);
  expect(forced.code, forced.stdout).toBe(0);
  expect(readFileSync(count, 'utf8')).toBe('tried\n');
});

test('a base that an earlier run saw pass keeps no agent waiting', async () => {
  await using world = await makeWorld({ issue });
  const rig = join(world.root, 'rig');
  const held = `echo here >${rig}/base.arrived; read -r _ <${rig}/base.open`;
  const check = [
    '--check',
    `case $PWD in *-base) test ! -p ${rig}/base.open || { ${held}; };; esac`,
  ];
  const first = await world.orchestrateUnforced('--yes', ...check, '--tasks', '1');
  expect(first.code, first.stderr).toBe(0);
  const [looks, agents] = [world.gate('base'), world.gate('work')];
  world.write('../other.md', issueOf(issue, 'Another issue'));
  world.script({ 'agent-2': 'hold work; commit src/till.txt' });
  const running = world.start(
    ...['orchestrate', '../other.md', '--agent', world.agent, '--plain', '--yes', ...check],
  );
  // The base's own check is under way and ends only after the agent was seen.
  await Promise.all([looks.arrived(), agents.arrived()]);
  looks.open();
  agents.open();
  const ended = await running.ended;
  expect(ended.code, ended.stderr).toBe(0);
});
