import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fingerprint } from '../rig/fingerprint.ts';
import { issueOf, makeWorld } from '../rig/world.ts';

const issue = `# Add a shop

## Sub-Tasks

- [ ] **Add the cart**: Create \`src/cart.js\`. Include unit tests in \`test/cart.test.js\`.
- [x] **Add the catalogue**: It is there.
- [ ] **Add the shelf**: Create \`src/shelf.js\`.
  - Acceptance criteria:
    - It holds books
`;

test('a dry run shows the plan in the guide’s form, and writes nothing', async () => {
  await using world = await makeWorld({ issue });
  const before = fingerprint(world.root);
  const { code, stdout, stderr } = await world.flotilla('orchestrate', '../issue.md', '--dry-run');
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^🔍 DRY RUN MODE\n🚀 Parsed 2 sub-tasks from issue local#1\n/u);
  expect(stdout).toMatch(
    /Sub-tasks identified:\n1\. Add the cart \(complexity: \w+, files: 2\)\n3\. Add the shelf \(/u,
  );
  expect(stdout).toMatch(
    /Independence validation:\n✅ No file conflicts detected\n✅ No sequential dependencies\n/u,
  );
  expect(stdout).toMatch(
    /Estimated duration: \d+ minutes parallel vs \d+ minutes sequential\nRecommendation: ⚠️ Consider carefully: 5 of 7/u,
  );
  expect(stdout).toContain('no check was found that would test tasks 1 and 3');
  expect(fingerprint(world.root)).toEqual(before);
  expect(existsSync(world.stateHome)).toBe(false);
  expect(readdirSync(join(world.root, 'home'))).toEqual(['.gitconfig']);
});

test('a dry run’s JSON holds the tasks, what is skipped and the forecast', async () => {
  await using world = await makeWorld({ issue });
  const { code, stdout } = await world.flotilla(
    'orchestrate',
    '../issue.md',
    '--dry-run',
    '--json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    issue: { ref: 'local#1', title: 'Add a shop' },
    tasks: [
      {
        ordinal: 1,
        title: 'Add the cart',
        phase: 1,
        dependsOn: [],
        issue: null,
        complexity: expect.any(String),
      },
      {
        ordinal: 3,
        title: 'Add the shelf',
        acceptance: ['It holds books'],
        footprint: [{ path: 'src/shelf.js', isNew: true }],
      },
    ],
    skipped: [{ ordinal: 2, title: 'Add the catalogue' }],
    forecast: { parallelMinutes: expect.any(Number), sequentialMinutes: expect.any(Number) },
  });
});

test('a dry run needs no agent, and fails on a malformed issue as a run does', async () => {
  await using world = await makeWorld({ issue: '# Nothing to do\n\nJust words.\n' });
  const { code, stderr } = await world.flotilla('orchestrate', '../issue.md', '--dry-run');
  expect(code).toBe(3);
  expect(stderr).toContain('Parse failed: No sub-tasks found');
  expect(existsSync(world.stateHome)).toBe(false);
});

type Told = {
  readonly findings: readonly { readonly kind: string; readonly message: string }[];
  readonly forecast: { readonly workers: number };
};

test('a dry run reports a base that a run has seen red', async () => {
  await using world = await makeWorld({
    issue: ['Do something'],
    files: { 'check.sh': 'exit 1\n' },
  });
  const dryRun = async (...args: readonly string[]): Promise<string[]> => {
    const { stdout } = await world.flotilla(
      'orchestrate',
      '../issue.md',
      '--dry-run',
      '--json',
      ...args,
    );
    const { findings } = JSON.parse(stdout) as Told;
    return findings.flatMap(({ kind, message }) => (kind === 'red-base' ? [message] : []));
  };
  expect(await dryRun('--check', 'sh check.sh')).toEqual([]);
  await world.orchestrate('--check', 'sh check.sh');
  expect(await dryRun('--check', 'sh check.sh')).toEqual([
    expect.stringMatching(/^sh check\.sh failed on the base itself \(main at [0-9a-f]{9}\)$/u),
  ]);
  expect(await dryRun('--check', 'true')).toEqual([]);
  world.git('commit', '--quiet', '--allow-empty', '--message', 'Another base');
  expect(await dryRun('--check', 'sh check.sh')).toEqual([]);
});

test('a dry run counts with as many agents as the machine holds, and says why', async () => {
  await using world = await makeWorld({ issue: ['Do something'] });
  const args = ['orchestrate', '../issue.md', '--dry-run', '--json', '--max-workers', '100000'];
  const { findings, forecast } = JSON.parse((await world.flotilla(...args)).stdout) as Told;
  expect(forecast.workers).toBeLessThan(100_000);
  expect(findings).toContainEqual(
    expect.objectContaining({ kind: 'resources', message: expect.stringContaining('Memory') }),
  );
});

test('an issue that is a file of the repository is nothing that its tasks work on', async () => {
  const titles = ['Add one', 'Add two', 'Add three'];
  await using world = await makeWorld({ files: { 'docs/issue.md': issueOf(titles) } });
  const { code, stdout, stderr } = await world.flotilla(
    ...['orchestrate', 'docs/issue.md', '--dry-run', '--json'],
  );
  expect(code, stderr).toBe(0);
  const plan = JSON.parse(stdout) as {
    readonly verdict: string;
    readonly tasks: readonly { readonly footprint: readonly { readonly path: string }[] }[];
  };
  expect(plan.verdict).not.toBe('sequential');
  const paths = plan.tasks.flatMap(({ footprint }) => footprint.map(({ path }) => path));
  expect(paths).not.toContain('docs/issue.md');
});
