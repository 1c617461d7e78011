import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { readAction, runAction, type ActionEnd, type ActionParams } from '../rig/action-runner.ts';
import { pathOfUser } from '../rig/old-node.ts';
import { makeGitHubWorld, masterBody, type GitHubWorld } from './github-world.ts';

// A whole installation, and whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 });

const root = join(import.meta.dirname, '..', '..');
const template = join(root, 'src', 'app', 'init', 'init-templates', 'workflow.yml');
const label = 'parallel-orchestration-ready';

/** What GitHub would have checked out for `uses: …/action@COMMIT`, installed by the action's own first step. */
let checkout: string;

beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'checked out '));
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root,
  });
  const files = listed
    .toString()
    .split('\0')
    .filter((file) => file !== '' && !file.startsWith('bench/'));
  await Promise.all(files.map((file) => cp(join(root, file), join(checkout, file))));
  await promisify(execFile)('bash', [join(checkout, 'action', 'install.sh')], {
    env: { ...process.env, PATH: pathOfUser(), npm_config_prefer_offline: 'true' },
  });
});
afterAll(() => rm(checkout, { recursive: true, force: true }));

type Workflow = {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Record<string, unknown>>>;
};

test('no text of an event or an input gets into a script, and all that is used is pinned', async () => {
  const { inputs, runs } = await readAction(join(root, 'action'));
  expect(runs.using).toBe('composite');
  for (const { run, shell, env = {} } of runs.steps) {
    expect(run).not.toContain('${{');
    expect(shell).toBe('bash');
    const named = Object.values(env).flatMap((value) => /inputs\.([\w-]+)/u.exec(value)?.[1] ?? []);
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(named));
  }
  // Only the step that runs the agent sees what it signs in with.
  const seeing = runs.steps.filter(({ env = {} }) => 'CREDENTIALS' in env || 'GH_TOKEN' in env);
  expect(seeing.map(({ name }) => name)).toEqual(['Orchestrate']);

  const text = await readFile(template, 'utf8');
  const { permissions, jobs } = parse(text) as Workflow;
  expect(permissions).toEqual({});
  expect(text).not.toMatch(/\brun:/u);
  const uses = [...text.matchAll(/\buses: (\S+)/gu)].map(([, what = '']) => what);
  expect(uses.filter((what) => !/@(?:[0-9a-f]{40}|COMMIT)$/u.test(what))).toEqual([]);
  expect(text.match(/secrets\.\w+/gu)).toEqual(['secrets.ANTHROPIC_API_KEY']);
  const [job] = Object.values(jobs);
  expect(job).toMatchObject({
    if: expect.stringContaining(label) as string,
    permissions: { contents: 'write', issues: 'write', 'pull-requests': 'write' },
    concurrency: { 'cancel-in-progress': false },
    steps: expect.arrayContaining([
      expect.objectContaining({
        with: expect.objectContaining({ 'persist-credentials': false }) as object,
      }),
    ]) as unknown[],
  });
});

type Labelling = { readonly number: number; readonly sender: string } & Partial<ActionParams>;

/** Does what the workflow's job does once somebody has set the label. */
async function setLabel(site: GitHubWorld, params: Labelling): Promise<ActionEnd> {
  const { world, shop, hub, token } = site;
  const { number, sender, ...more } = params;
  const issue = shop.issues().find((one) => one.number === number);
  const event = join(world.root, 'event.json');
  const about = { number, title: issue?.title, body: issue?.body, user: { login: 'una' } };
  await writeFile(
    event,
    JSON.stringify({
      action: 'labeled',
      label: { name: label },
      issue: about,
      repository: { full_name: shop.name },
      sender: { login: sender },
    }),
  );
  const { GH_TOKEN: _none, ...env } = world.env;
  return runAction({
    directory: join(checkout, 'action'),
    cwd: world.repository,
    env: {
      ...env,
      PATH: pathOfUser(),
      GITHUB_EVENT_PATH: event,
      RUNNER_TEMP: world.root,
      CI: 'true',
    },
    github: { token, server_url: hub.gitUrl },
    without: ['Install Flotilla'],
    ...more,
    inputs: {
      issue: String(number),
      agent: world.agent,
      sandbox: 'off',
      credentials: 'SHOP_AGENT_KEY=s3cr3t=and more\n',
      options: '--check\ntest -e README.md\n',
      'max-workers': '2',
      ...more.inputs,
    },
  });
}

test('a label set by somebody with write access leads to pull requests, and the page of the job lists them', async () => {
  await using site = await makeGitHubWorld({ isActions: true });
  const { shop, world, token } = site;
  const body = masterBody(['Add the cart', 'Add the $(touch /tmp/evil) `shelf`']);
  const { number } = shop.issue({ title: 'Build "the shop"; exit', body });
  const { steps, log, summary, outputs } = await setLabel(site, { number, sender: 'una' });
  expect(
    steps.map(({ code }) => code),
    log,
  ).toEqual([0, 0, 0]);
  expect(outputs).toEqual({ state: 'succeeded' });
  expect(summary).toContain('Add the cart');
  expect(shop.pulls()).toHaveLength(2);
  expect(log).toMatch(/^::stop-commands::[\w-]{36}$/mu);
  expect(log + summary).not.toContain(token);
  const seen = world.seen('agent-1', 'env');
  expect(seen).toContain('SHOP_AGENT_KEY=s3cr3t=and more\n');
  expect(seen).not.toContain(token);
  expect(seen).not.toContain('CREDENTIALS');

  // Run again, there is nothing left to do.
  const again = await setLabel(site, { number, sender: 'una' });
  expect(again.log).toContain('Nothing left to do');
  expect(again.outputs).toEqual({ state: 'succeeded' });
});

test.each(['triage', 'read'] as const)(
  'a label set by somebody who may only %s starts nothing',
  async (permission) => {
    await using site = await makeGitHubWorld({
      isActions: true,
      permissions: { olga: permission },
    });
    const { shop, world, hub } = site;
    const { number } = shop.issue({ title: 'Build the shop', body: masterBody(['Add the cart']) });
    const { steps, log, summary, outputs } = await setLabel(site, { number, sender: 'olga' });
    expect(steps.map(({ name, code }) => [name, code])).toEqual([
      ['Install the agent', 0],
      ['Orchestrate', 4],
      ['Sum up', 0],
    ]);
    expect(log).toContain('olga may not start a run in una/shop');
    expect(summary).toContain('No run was started');
    expect(outputs).toEqual({ state: 'none' });
    expect(world.starts('agent-1')).toBe(0);
    expect(hub.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
    // Nor was the issue read.
    expect(hub.calls.map(({ operation }) => operation)).toEqual([
      'repos/get',
      'repos/get-collaborator-permission-level',
    ]);
  },
);

test('a job that is cancelled is gone on with by the next one', async () => {
  await using site = await makeGitHubWorld({ isActions: true });
  const { shop, world } = site;
  world.script({ 'agent-1': 'hold cart\ncommit work/one.txt' });
  const gate = world.gate('cart');
  const body = masterBody(['Add the cart', 'Add the shelf']);
  const { number } = shop.issue({ title: 'Build the shop', body });
  const { promise: pid, resolve } = Promise.withResolvers<number>();
  const cancelled = setLabel(site, {
    number,
    sender: 'una',
    inputs: { 'max-workers': '1' },
    onStep: (name, process) => void (name === 'Orchestrate' && resolve(process)),
  });
  await Promise.race([gate.arrived(), cancelled.then(({ log }) => Promise.reject(new Error(log)))]);
  // The runner signals the step's own process, and nobody below it.
  process.kill(await pid, 'SIGTERM');
  const { steps, log, outputs } = await cancelled;
  expect(
    steps.map(({ code }) => code),
    log,
  ).toEqual([0, 130, 0]);
  expect(outputs).toEqual({ state: 'interrupted' });
  world.script({ 'agent-1': 'commit work/one.txt' });
  const again = await setLabel(site, { number, sender: 'una' });
  expect(again.outputs, again.log).toEqual({ state: 'succeeded' });
  expect(shop.pulls()).toHaveLength(2);
});

test('the configuration is obeyed in full only where the workflow says so', async () => {
  await using site = await makeGitHubWorld({ isActions: true });
  const { shop, world } = site;
  site.configure({ verification: { checks: ['touch checked'] } });
  const { number } = shop.issue({ title: 'Build the shop', body: masterBody(['Add the cart']) });
  const start = (inputs: Record<string, string>): Promise<ActionEnd> =>
    setLabel(site, { number, sender: 'una', inputs: { options: '', ...inputs } });
  const refused = await start({});
  expect(refused.steps.map(({ code }) => code)).toEqual([0, 4, 0]);
  expect(refused.log).toContain('verification.checks: runs `touch checked`');
  expect(world.starts('agent-1')).toBe(0);
  const { steps, log } = await start({ 'trust-configuration': 'true' });
  expect(
    steps.map(({ code }) => code),
    log,
  ).toEqual([0, 0, 0]);
});

test('inputs that make no sense are refused in words', async () => {
  await using site = await makeGitHubWorld({ isActions: true });
  const { number } = site.shop.issue({ title: 'Build it', body: masterBody(['Add it']) });
  const badly = async (inputs: Record<string, string>): Promise<string> =>
    (await setLabel(site, { number, sender: 'una', inputs })).log;
  expect(await badly({ issue: '1; rm -rf /' })).toContain('must be the number of an issue');
  expect(await badly({ credentials: 'a b=c' })).toContain('of the form NAME=value');
  expect(site.hub.calls).toEqual([]);
});

test('an agent of the PATH is taken as it is, and another one is pinned', async () => {
  const versions = JSON.parse(
    await readFile(join(root, 'test', 'rig', 'agent-versions.json'), 'utf8'),
  ) as Record<string, string>;
  const script = await readFile(join(root, 'action', 'install-agent.sh'), 'utf8');
  const packages = [...script.matchAll(/package=(\S+)/gu)].map(([, name = '']) => name);
  expect(packages.toSorted()).toEqual(Object.keys(versions).toSorted());
  const place = await mkdtemp(join(tmpdir(), 'agent-'));
  await writeFile(join(place, 'codex'), '#!/bin/sh\n', { mode: 0o755 });
  const { stdout } = await promisify(execFile)(
    'bash',
    [join(checkout, 'action', 'install-agent.sh')],
    {
      env: { PATH: `${place}:${process.env['PATH']}`, AGENT: 'codex', AGENT_VERSION: '' },
    },
  );
  expect(stdout).toContain(`codex is here: ${place}`);
  await rm(place, { recursive: true });
});
