/**
 * What GitHub is asked for, counted by the double: a run of five tasks, six sub-issues, ten pull requests watched for an
 * hour (whose time is handed in).
 *
 *   npm run bench:github
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchPulls } from '../src/forge/github/pulls/watch-pulls.ts';
import { startFlotilla } from '../test/rig/flotilla.ts';
import { startGitHub, type Hub } from '../test/rig/github/github.ts';
import { cloneOf } from '../test/github/hub-client.ts';
import { openHubForge } from '../test/github/hub-forge.ts';
import { makeBenchUser } from './bench-user.ts';
import { markdownTable } from './figures.ts';

function apiCalls({ calls }: Hub): Hub['calls'] {
  return calls.filter(({ operation }) => !operation.startsWith('git/'));
}

/** A run of five tasks, from reading the issue to the last edit of its comment. */
async function callsOfRun(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-github-'));
  await using hub = await startGitHub();
  try {
    const user = makeBenchUser({ root: join(folder, 'user'), tasks: [] });
    const shop = await hub.makeRepository({ owner: 'una', name: 'shop', from: user.repository });
    user.git('remote', 'add', 'origin', shop.gitUrl);
    const tasks = [1, 2, 3, 4, 5].map((task) => `- [ ] Do thing ${task}`).join('\n');
    shop.issue({ title: 'Make it better', body: `## Sub-Tasks\n\n${tasks}\n` });
    const env = {
      ...user.env,
      GITHUB_SERVER_URL: hub.gitUrl,
      GITHUB_API_URL: hub.url,
      GH_TOKEN: hub.token(['repo'], 'una'),
    };
    const agent = 'command:echo done >"$AGENT_ID.txt"';
    const args = ['orchestrate', '1', '--plain', '--agent', agent];
    const { code, stderr } = await startFlotilla({ args, cwd: user.repository, env }).ended;
    if (code !== 0) throw new Error(`The run ended with ${code}: ${stderr}`);
    await hub.idle();
    return apiCalls(hub).length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds that six sub-issues take, with their links. */
async function secondsForSubIssues(): Promise<number> {
  await using site = await openHubForge();
  const parent = { forge: 'github', owner: 'una', repo: 'shop', number: 1 } as const;
  const begun = performance.now();
  for (const task of [1, 2, 3, 4, 5, 6]) {
    const key = `flotilla:sub-issue:bench:${task}`;
    const labels = ['parallel-orchestration', 'sub-issue'];
    const title = `Do thing ${task}`;
    await site.forge.ensureIssue({ kind: 'sub-issue', parent, key, title, body: title, labels });
  }
  return (performance.now() - begun) / 1_000;
}

const lookEveryMs = 30_000;

/** Calls that count, of an hour of watching ten pull requests whose checks run and end. */
async function callsOfWatching(): Promise<number> {
  await using site = await openHubForge();
  const { shop, token, client, hub } = site;
  await using clone = await cloneOf(shop.gitUrl, token);
  const numbers: number[] = [];
  for (let index = 1; index <= 10; index += 1) {
    await clone.commit(`feat/${index}`, { [`file-${index}.txt`]: 'x\n' });
    await clone.push(`feat/${index}`);
    const { issue } = await shop.pull({ title: `Change ${index}`, head: `feat/${index}` });
    numbers.push(issue.number);
  }
  const before = apiCalls(hub).length;
  let elapsed = 0;
  const repository = { host: client.host.host, owner: 'una', repo: 'shop' };
  const watch = watchPulls({ client, repository, elapsed: () => elapsed });
  for (; elapsed < 3_600_000; elapsed += lookEveryMs) {
    const minute = elapsed / 60_000;
    const pull = numbers[minute % 10];
    // Each begins its check in the first ten minutes, and ends it ten minutes later.
    if (pull !== undefined && minute < 10)
      await shop.setChecks(pull, { runs: [{ name: 'test', status: 'in_progress' }] });
    if (pull !== undefined && minute >= 10 && minute < 20)
      await shop.setChecks(pull, { runs: [{ name: 'test', conclusion: 'success' }] });
    await watch.look(numbers);
  }
  return apiCalls(hub)
    .slice(before)
    .filter(({ costsQuota }) => costsQuota).length;
}

console.log(
  markdownTable([
    ['what', 'aim', 'measured'],
    ['API calls of a run of five tasks', '≤ 30', await callsOfRun()],
    ['seconds for six sub-issues', '< 10', (await secondsForSubIssues()).toFixed(1)],
    ['counted calls of an hour, ten pull requests', '≤ 300', await callsOfWatching()],
  ]),
);
