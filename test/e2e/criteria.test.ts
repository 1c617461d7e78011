import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { reviewChecklist } from '../../src/model/plan/review-checklist.ts';
import { readStatus, taskOf, type ToldRun } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

const criteria = [
  ...['Tests cover at least 95% of the branches', 'All existing tests pass on Windows'],
  ...['Integration tests passing', 'No new warnings/errors'],
  ...['Unit tests passing (> 80% coverage)', '`npm test` passes'],
];

const issue = `# Modules\n\n## Sub-Tasks\n\n- [ ] Add a module\n\n## Acceptance Criteria\n\n${criteria.map((text) => `- [ ] ${text}`).join('\n')}\n`;

const work = `
write src/m1.js "export const half = (n) => (n > 1 ? n / 2 : 0);"
write test/m1.test.js "import test from 'node:test'; import { half } from '../src/m1.js'; test('half', () => half(4));"
git add -A
git commit --quiet --message 'Add a module'
`;

function repositoryOf(script: string): Readonly<Record<string, string>> {
  return {
    'package.json': JSON.stringify({ type: 'module', scripts: { test: script } }),
    '.gitignore': 'coverage/*.tmp\n',
  };
}

function pullRequestOf(run: ToldRun): string {
  const body = readFileSync(fileURLToPath(taskOf(run, 1).pullRequest?.url ?? ''), 'utf8');
  return body.replaceAll(String.raw`\>`, '>').replaceAll(/\\(.)/gu, '$1');
}

function ticked(body: string): string[] {
  return criteria.filter((text) => body.includes(`- [x] ${text}: `));
}

test('a criterion is ticked when a check measured it, and a report that was committed measures nothing', async () => {
  await using world = await makeWorld({ files: repositoryOf('node --test'), issue });
  const forged = 'write coverage/lcov.info "SF:a\nDA:1,1\nBRDA:1,0,0,1"';
  world.script({ 'agent-1': `${forged}\n${work}` });
  const ended = await world.orchestrate();
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  const body = pullRequestOf(await readStatus(world));
  expect(ticked(body)).toEqual(['`npm test` passes']);
  expect(body).toContain('- [ ] Integration tests passing: please judge; no check that ran runs');
  for (const item of reviewChecklist) expect(body).toContain(`- [ ] ${item}: `);
  expect(body).toContain('Tests passing: `npm test` passed');
});

test('coverage out of the report that the check wrote, and the warnings of its tools, are measured', async () => {
  // The report of a real run; ESLint is played by a program that has nothing to say.
  const report =
    '--test-reporter=lcov --test-reporter-destination=coverage/lcov.info --test-reporter=spec --test-reporter-destination=stdout';
  const script = `mkdir -p coverage && node --test --experimental-test-coverage ${report} && ./eslint src`;
  const files = { ...repositoryOf(script), eslint: '#!/bin/sh\n' };
  await using world = await makeWorld({ files, issue });
  world.git('update-index', '--chmod=+x', 'eslint');
  world.git('commit', '--quiet', '--message', 'Let it run');
  world.script({ 'agent-1': work });
  const ended = await world.orchestrate();
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  const body = pullRequestOf(await readStatus(world));
  expect(ticked(body)).toEqual([
    ...['No new warnings/errors', 'Unit tests passing (> 80% coverage)', '`npm test` passes'],
  ]);
  expect(body).toContain(
    'coverage of lines is 100 % against more than 80 %, read from `coverage/lcov.info`',
  );
  // Half of what the function can do was never tried.
  expect(body).toMatch(
    /- \[ \] Tests cover at least 95% of the branches: not met: coverage of branches is [0-9.]+ % against 95 %/u,
  );
});
