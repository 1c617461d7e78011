import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFlotilla, type Running } from '../rig/flotilla.ts';
import { issueOf, makeWorld, type World } from '../rig/world.ts';

/** Another repository of the same user, with an issue of its own. */
function anotherRepository(world: World, name: string, titles: readonly string[]): string {
  const path = join(world.root, name);
  mkdirSync(path);
  writeFileSync(join(path, 'README.md'), `# ${name}\n`);
  writeFileSync(join(path, 'issue.md'), issueOf(titles, `Work on ${name}`));
  const git = (...args: readonly string[]): unknown =>
    execFileSync('git', args, { cwd: path, env: world.env });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Begin');
  return path;
}

function begin(world: World, cwd: string, ...more: readonly string[]): Running {
  const args = ['orchestrate', 'issue.md', '--agent', world.agent, '--plain', '--force', ...more];
  return startFlotilla({ args, cwd, env: world.env });
}

type Row = { readonly repository: string; readonly state: string; readonly waiting: unknown };

async function rowsOf(world: World): Promise<{ rows: Row[]; stderr: string }> {
  const { code, stdout, stderr } = await world.flotilla('list', '--json');
  expect(code, stderr).toBe(0);
  return { rows: JSON.parse(stdout) as Row[], stderr };
}

/** The files of the state of a repository, with when they were written. */
function journalFiles(world: World, name: string): readonly string[] {
  const home = join(world.stateHome, 'flotilla');
  const [folder = ''] = readdirSync(home).filter((one) => one.startsWith(`${name}-`));
  return readdirSync(join(home, folder))
    .filter((file) => file.startsWith('journal'))
    .map((file) => `${file} ${statSync(join(home, folder, file)).mtimeMs}`);
}

test('before anything was run, the list is empty', async () => {
  await using world = await makeWorld();
  expect((await rowsOf(world)).rows).toEqual([]);
  expect((await world.flotilla('list')).stdout).toContain('Nothing was run yet');
});

test('runs of all repositories are listed, living ones first, whatever else lies there', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  world.script({ default: 'commit "work/$AGENT_ID.txt"' });
  expect((await world.orchestrate()).code).toBe(0);
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit "work/$AGENT_ID.txt"' });
  const [first, second] = ['first', 'second'].map((name) =>
    anotherRepository(world, name, ['One', 'Two']),
  ) as [string, string];
  const living = begin(world, first, '--max-workers', '1');
  await living.until(gate.arrived());
  const dead = begin(world, second, '--max-workers', '1');
  await dead.until(gate.arrived(2));
  dead.signal('SIGKILL');
  await dead.ended;
  await startFlotilla({ args: ['pause', 'issue.md'], cwd: first, env: world.env }).ended;
  const home = join(world.stateHome, 'flotilla');
  mkdirSync(join(home, 'damaged-12345678'));
  writeFileSync(join(home, 'damaged-12345678', 'journal.sqlite'), 'No database. '.repeat(99));
  mkdirSync(join(home, 'foreign'));
  writeFileSync(join(home, 'foreign', 'notes.txt'), 'Mine');

  const before = journalFiles(world, 'repository');
  const { rows, stderr } = await rowsOf(world);
  expect(rows).toMatchObject([
    {
      ...{ repository: first, issue: 'local#1', title: 'Work on first', state: 'paused' },
      ...{ succeeded: 0, total: 2, questions: [] },
      waiting: [{ what: 'paused', command: `flotilla continue ${join(first, 'issue.md')}` }],
    },
    { repository: second, state: 'interrupted', waiting: [] },
    { repository: world.repository, state: 'succeeded', succeeded: 1, total: 1, waiting: [] },
  ]);
  expect(stderr).toContain('damaged-12345678');
  // A journal that nobody uses is read as it lies there.
  expect(journalFiles(world, 'repository')).toEqual(before);
  const { stdout } = await world.flotilla('list');
  expect(stdout).toMatch(/^paused +0\/2 .*first\n +⏸ paused on request: flotilla continue/u);

  await startFlotilla({ args: ['continue', 'issue.md'], cwd: first, env: world.env }).ended;
  gate.open();
  expect((await living.ended).code).toBe(0);
  expect((await begin(world, second).ended).code).toBe(0);
  const after = (await rowsOf(world)).rows.map(({ repository, state }) => [repository, state]);
  expect(after).toEqual([second, first, world.repository].map((path) => [path, 'succeeded']));
}, 90_000);

test('a run whose journal is damaged is listed as far as that can be read', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  expect((await world.orchestrate()).code).toBe(0);
  const home = join(world.stateHome, 'flotilla');
  const [folder = ''] = readdirSync(home).filter((name) => name.startsWith('repository-'));
  const journal = join(home, folder, 'journal.sqlite');
  const data = readFileSync(journal);
  const at = data.indexOf('"type":"task-completed"');
  data.write('"type":"task-comqleted"', at);
  writeFileSync(journal, data);
  const { rows } = await rowsOf(world);
  expect(rows).toMatchObject([{ state: 'interrupted', isWhole: false }]);
  expect((await world.flotilla('list')).stdout).toContain('as far as its journal can be read');
});

test('what is merged by hand, and a repository that was deleted', async () => {
  await using world = await makeWorld({
    issue: '# Two\n\n## Phase 1\n\n- [ ] One\n\n## Phase 2\n\n- [ ] Two\n',
  });
  expect((await world.orchestrate()).code).toBe(0);
  expect((await rowsOf(world)).rows).toMatchObject([
    {
      state: 'awaiting-merge',
      waiting: [{ what: 'merge', message: '1 pull request must be merged first' }],
    },
  ]);
  const gone = `${world.repository}-moved`;
  renameSync(world.repository, gone);
  const { stdout } = await startFlotilla({ args: ['list', '--json'], cwd: gone, env: world.env })
    .ended;
  renameSync(gone, world.repository);
  expect(JSON.parse(stdout)).toEqual([]);
});
