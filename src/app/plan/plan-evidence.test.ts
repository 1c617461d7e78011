import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scratchRepository, type ScratchRepository } from '../../../test/rig/scratch-repository.ts';
import { planIssue } from '../../planning/plan-issue.ts';
import { parseIssueText } from '../issue/load-issue.ts';
import { readPlanEvidence, type EvidenceParams } from './plan-evidence.ts';

let repository: ScratchRepository;
let elsewhere: string;

beforeEach(async () => {
  repository = await scratchRepository();
  elsewhere = await mkdtemp(join(tmpdir(), 'evidence-'));
  const parts = Array.from({ length: 1_000 }, (_, at) => [
    `src/area${at % 100}/part${at}.ts`,
    `import { log } from '../log.ts';\nexport function compute${at}() { log(${at}); }\n`,
  ]);
  const files = Object.fromEntries(parts) as Record<string, string>;
  await repository.commit('Begin', { ...files, 'src/log.ts': 'export const log = console.log;\n' });
  await repository.commit('Fix compute7 where it rounds', {
    'src/area7/part7.ts': 'export {};\n',
  });
});

afterEach(async () => {
  await repository[Symbol.asyncDispose]();
  await rm(elsewhere, { recursive: true, force: true });
});

const master = parseIssueText({
  source: 'issue.md',
  markdown: [
    '- [ ] **Rounding**: compute7 rounds where it should cut',
    '- [ ] **Signs**: compute7 loses the sign; see `src/area7/part7.ts`',
    '- [ ] **Log**: the log names no time',
  ].join('\n'),
});

async function order(isLongLived: boolean): Promise<EvidenceParams> {
  const listed = await repository.git.run(['ls-tree', '-r', '--name-only', 'HEAD']);
  const sha = (await repository.git.run(['rev-parse', 'HEAD'])).trim();
  return {
    git: repository.git,
    base: { files: new Set(listed.trim().split('\n')), checks: [] },
    sha,
    settings: { agent: 'claude', checks: null },
    env: { ...process.env, XDG_CACHE_HOME: elsewhere },
    journal: null,
    issue: { forge: 'local', number: 1 },
    master,
    ...{ root: repository.directory, source: 'issue.md' },
    isLongLived,
  };
}

test('an orchestrator has the repository read elsewhere, and plans the same from it', async () => {
  const plans = [];
  for (const isLongLived of [true, false]) {
    const asked = await order(isLongLived);
    const evidence = await readPlanEvidence(asked);
    plans.push(planIssue(master, evidence, { maxWorkers: 2 }));
  }
  const [apart, here] = plans;
  expect(apart).toEqual(here);
  expect(apart?.tasks[0]?.footprint[0]?.path).toBe('src/area7/part7.ts');
  expect(await readdir(elsewhere, { recursive: true })).toContainEqual(
    expect.stringMatching(/facts-\d+\.sqlite$/u),
  );
});

test('estimates rest on how much similar changes of the repository were', async () => {
  await using young = await scratchRepository();
  await young.commit('Begin', { 'README.md': 'Tariffs\n' });
  for (let at = 0; at < 25; at += 1) await young.commit(`Pad ${at}`, { 'pad.txt': `${at}\n` });
  const lines = 'export const rate = 1;\n'.repeat(400);
  const sha = await young.commit('Add the tariff of Norway', { 'src/norway.ts': lines });
  const issue = parseIssueText({
    source: 'issue.md',
    markdown: '- [ ] Add the tariff of Sweden\n- [ ] Pad the file\n',
  });
  const base = { files: new Set(['README.md', 'pad.txt', 'src/norway.ts']), checks: [] };
  const asked = { ...(await order(false)), git: young.git, base, sha, master: issue };
  const evidence = await readPlanEvidence(asked);
  const [tariff, pad] = issue.tasks;
  if (tariff === undefined || pad === undefined) throw new Error('unread');
  expect(evidence.history?.(tariff).similar[0]).toMatchObject({
    ...{ subject: 'Add the tariff of Norway', files: 1, lines: 400 },
  });
  const [large, small] = planIssue(issue, evidence).tasks;
  expect(large?.basis).toBe('history');
  expect(large?.size.loc).toBeGreaterThan(small?.size.loc ?? Infinity);
});

test('what went wrong there is reported here', async () => {
  const asked = { ...(await order(true)), sha: '0'.repeat(40) };
  await expect(readPlanEvidence(asked)).rejects.toThrow(/for the plan failed: [^]*0{40}/u);
});
