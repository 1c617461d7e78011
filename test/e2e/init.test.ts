import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorld } from '../rig/world.ts';

const manifest = JSON.stringify({ scripts: { test: 'node --test' } });
const configuration = '.claude/config/parallel-orchestration.json';
const command = '.claude/commands/amplihack/parallel-orchestrate.md';

test('the workflow uses the very commit that was named, and no branch', async () => {
  await using world = await makeWorld({ issue: ['Add one'] });
  const commit = '0123456789'.repeat(4);
  const refused = await world.flotilla('init', '--yes', '--workflow', 'una/flotilla@main');
  expect(refused.code).toBe(64);
  expect(refused.stderr).toContain('OWNER/REPOSITORY@COMMIT');
  const written = await world.flotilla('init', '--yes', '--workflow', `una/flotilla@${commit}`);
  expect(written.code, written.stderr).toBe(0);
  const workflow = join(world.repository, '.github', 'workflows', 'flotilla.yml');
  expect(readFileSync(workflow, 'utf8')).toContain(`uses: una/flotilla/action@${commit}\n`);
  // The label that starts a run is for people to set, once an issue is ready.
  const template = join(world.repository, '.github/ISSUE_TEMPLATE/parallel-orchestration.md');
  expect(readFileSync(template, 'utf8')).not.toMatch(/^labels:/mu);
});

test('shows first, then writes what a run can read, and leaves what is there', async () => {
  await using world = await makeWorld({
    issue: ['Add one'],
    files: {
      'package.json': manifest,
      'package-lock.json': '{}',
      '.github/ISSUE_TEMPLATE/parallel-orchestration.md': 'Ours\n',
    },
  });
  const read = (path: string): string => readFileSync(join(world.repository, path), 'utf8');

  const shown = await world.flotilla('init');
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain('"checks"');
  expect(shown.stdout).toContain('Nothing was written or made');
  expect(existsSync(join(world.repository, '.claude'))).toBe(false);

  const written = await world.flotilla('init', '--yes', '--claude-code');
  expect(written.code, written.stderr).toBe(0);
  expect(JSON.parse(read(configuration))).toMatchObject({
    $schema: './parallel-orchestration.schema.json',
    workspace: { setup: expect.stringContaining('npm ci') as string },
    verification: { checks: ['npm test'] },
  });
  const schema = JSON.parse(read('.claude/config/parallel-orchestration.schema.json')) as object;
  expect(schema).toMatchObject({ type: 'object', properties: { verification: {} } });
  expect(written.stdout).toContain('left .github/ISSUE_TEMPLATE/parallel-orchestration.md');
  expect(read('.github/ISSUE_TEMPLATE/parallel-orchestration.md')).toBe('Ours\n');
  expect(read(command)).toContain('allowed-tools: Bash(flotilla:*)');
  // Every slash command that the skill names is there, too.
  const skill = read('.claude/skills/parallel-task-orchestrator/SKILL.md');
  for (const [, name] of skill.matchAll(/\/amplihack:([\w-]+)/gu))
    expect(read(`.claude/commands/amplihack/${name}.md`)).toContain('`flotilla ');

  const dryRun = await world.flotilla('orchestrate', '../issue.md', '--dry-run', '--plain');
  expect(dryRun.code, dryRun.stderr).not.toBe(9);
  expect(dryRun.stdout).toContain('Add one');
});
