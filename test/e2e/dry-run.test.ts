import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fingerprint } from '../rig/fingerprint.ts';
import { makeWorld } from '../rig/world.ts';

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
    /Estimated duration: \d+ minutes parallel vs \d+ minutes sequential\nRecommendation: ✅ Proceed/u,
  );
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
