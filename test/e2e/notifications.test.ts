import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configurationPath } from '../../src/app/settings/configuration.ts';
import type { JournalEvent } from '../../src/model/event/event.ts';
import { startFlotilla } from '../rig/flotilla.ts';
import { startHookServer, type HookServer } from '../rig/hook-server.ts';
import { readStatus } from '../rig/status.ts';
import { hasTerminals, startInTerminal } from '../rig/terminal.ts';
import { makeWorld, type World, type WorldParams } from '../rig/world.ts';

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

/** A world whose repository has these sinks. */
function worldWith(
  sinks: readonly object[],
  { env, ...more }: WorldParams & { readonly quiet?: object } = {},
): Promise<World> {
  const { quiet, ...params } = more;
  const notifications = { sinks, ...(quiet === undefined ? {} : { quiet }) };
  return makeWorld({
    ...{ issue: ['One', 'Two'], ...params },
    ...(env === undefined ? {} : { env }),
    files: { [configurationPath]: JSON.stringify({ notifications }), ...params.files },
  });
}

type Told = { readonly kind: string; readonly title: string; readonly text: string };

function told({ requests }: HookServer): Told[] {
  return requests.map(({ body }) => JSON.parse(body) as Told);
}

const titles = (server: HookServer): string[] => told(server).map(({ title }) => title);

/** The files that Flotilla keeps of a run, or shows in the repository, and that hold this. */
function filesWith(world: World, text: string): string[] {
  return [world.stateHome, join(world.repository, '.claude', 'runtime')].flatMap((root) =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => readFileSync(path, 'latin1').includes(text)),
  );
}

test('a failed task and the end of the run reach each sink that is for them, and no secret goes elsewhere', async () => {
  await using server = await startHookServer();
  const env = { HOOK: `${server.url}/web-s3cret-path`, HOOK_KEY: 'a-s3cret-key-of-ours' };
  await using world = await worldWith(
    [
      { kind: 'webhook', url_variable: 'HOOK', secret_variable: 'HOOK_KEY' },
      { kind: 'ntfy', url: `${server.url}/ntfy-l1teral-path`, on: ['failed'] },
      { kind: 'slack', url: `${server.url}/slack`, on: ['run-done'] },
      { kind: 'command', command: ['sh', '-c', 'cat >> ../told'], on: ['stalled', 'run-done'] },
    ],
    { issue: ['One \u001b[31mred\u0007', 'Two'], env },
  );
  world.script({ 'agent-1': 'exit 3', 'agent-2': 'commit b.txt' });
  const ended = await world.orchestrate('--env', 'HOOK_KEY', '--env', 'HOOK');
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(2);
  const of = (path: string): HookServer['requests'] =>
    server.requests.filter((request) => request.path === path);
  const web = of('/web-s3cret-path');
  expect(web.map(({ body }) => (JSON.parse(body) as Told).title)).toEqual([
    'local#1: task 1 failed',
    'local#1: the run is over',
  ]);
  for (const { body, headers } of web)
    expect(headers['x-flotilla-signature']).toBe(
      `sha256=${createHmac('sha256', env.HOOK_KEY).update(body).digest('hex')}`,
    );
  expect((JSON.parse(web[0]?.body ?? '') as Told).text).toMatch(/^One \P{Cc}*red: \P{Cc}*$/u);
  expect(of('/ntfy-l1teral-path').map(({ headers }) => headers['title'])).toEqual([
    'local#1: task 1 failed',
  ]);
  expect(of('/slack').map(({ body }) => Object.keys(JSON.parse(body) as object))).toEqual([
    ['text'],
  ]);
  expect(JSON.parse(readFileSync(join(world.root, 'told'), 'utf8'))).toMatchObject({
    kind: 'run-done',
    command: 'flotilla status local#1',
  });
  const seen = [world.seen('agent-1', 'env'), world.seen('agent-2', 'env')].join('\n');
  expect(seen).not.toMatch(/HOOK|s3cret/u);
  expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/s3cret|l1teral/u);
  expect(filesWith(world, 's3cret')).toEqual([]);
  // The repository itself has the file with this one.
  const isCheckout = (path: string): boolean => path.endsWith(configurationPath);
  expect(filesWith(world, 'l1teral').filter((path) => !isCheckout(path))).toEqual([]);
});

test('a webhook that never answers holds up no task and fails nothing; it is noted once', async () => {
  await using server = await startHookServer('never');
  await using world = await worldWith([{ kind: 'webhook', url: `${server.url}/s3cret` }], {
    issue: ['One', 'Two', 'Three'],
  });
  world.script({ 'agent-1': 'exit 3', default: 'hold gate; commit "work/$AGENT_ID.txt"' });
  const gate = world.gate('gate');
  const running = world.start(
    ...(['orchestrate', '../issue.md', '--agent', world.agent] as const),
    ...['--force', '--json', '--success-threshold', '50', '--max-workers', '3'],
  );
  await gate.arrived(2);
  // The failed task's notification is on its way, and nobody answers.
  await running.until(server.got(1));
  gate.open();
  await running.printed('"type":"run-ended"');
  const ended = await running.ended;
  expect(ended.code, ended.stderr).toBe(1);
  const at = (wanted: (event: JournalEvent) => boolean): number =>
    Date.parse(ended.events().findLast(wanted)?.at ?? '');
  const work = at(({ type }) => type === 'task-completed');
  expect(at(({ type }) => type === 'run-ended') - work).toBeLessThan(5_000);
  expect(ended.stderr.match(/A notification did not reach/gu)).toHaveLength(1);
  expect(ended.stderr).toContain(`webhook (${server.url}/…): no answer in time`);
  expect(ended.stderr).not.toContain('s3cret');
}, 120_000);

test('a run that is killed after a notification sends nothing twice when it is started again', async () => {
  await using server = await startHookServer();
  await using world = await worldWith([{ kind: 'webhook', url: server.url }]);
  world.script({ 'agent-1': 'exit 3', default: 'hold gate; commit two.txt' });
  const gate = world.gate('gate');
  const first = world.begin();
  await gate.arrived();
  await first.until(server.got(1));
  first.signal('SIGKILL');
  await first.ended;
  gate.open();
  const again = await world.orchestrate();
  expect(again.code, again.stdout).toBe(2);
  expect(titles(server)).toEqual(['local#1: task 1 failed', 'local#1: the run is over']);
  // Nothing was done since, so there is nothing new to say.
  await world.orchestrate();
  expect(titles(server)).toHaveLength(2);
  // Failing again is another thing than having failed.
  const retried = await world.orchestrate('--retry');
  expect(retried.code, retried.stdout).toBe(2);
  expect(titles(server).slice(2)).toEqual(['local#1: task 1 failed', 'local#1: the run is over']);
});

test('what a killed run had not sent yet is sent by the next one', async () => {
  await using server = await startHookServer();
  await using world = await worldWith([{ kind: 'webhook', url: server.url, on: ['failed'] }]);
  world.script({ 'agent-1': 'exit 3', default: 'commit two.txt' });
  const args = ['orchestrate', '../issue.md', '--agent', world.agent, '--force', '--plain'];
  const env = {
    ...world.env,
    NODE_OPTIONS: `--import=${dieAtEvent}`,
    DIE_AFTER_EVENT: 'task-failed',
  };
  const killed = await startFlotilla({ args, cwd: world.repository, env }).ended;
  expect(killed.code, killed.stdout).toBeNull();
  expect(server.requests).toEqual([]);
  const again = await world.orchestrate();
  expect(again.code, again.stdout).toBe(2);
  expect(titles(server)).toEqual(['local#1: task 1 failed']);
});

test('in quiet hours a run says at its end what happened, in one', async () => {
  await using server = await startHookServer();
  // All day but for one minute that the test does not wait for: both ways around midnight.
  const minute = new Date(Date.now() + 12 * 3_600_000).toISOString().slice(11, 16);
  const next = new Date(Date.now() + 12 * 3_600_000 + 60_000).toISOString().slice(11, 16);
  await using world = await worldWith([{ kind: 'webhook', url: server.url }], {
    ...{ quiet: { from: next, to: minute }, env: { TZ: 'UTC' } },
  });
  world.script({ 'agent-1': 'exit 3', 'agent-2': 'commit b.txt' });
  await world.orchestrate();
  expect(titles(server)).toEqual(['local#1: 2 things happened meanwhile']);
  expect(told(server)[0]?.text).toMatch(/task 1 failed.*\n.*the run is over/u);
});

test('a run that waits for approval says so once, also when it is killed and started again', async () => {
  await using server = await startHookServer();
  await using world = await worldWith(
    [{ kind: 'webhook', url: server.url, on: ['needs-person'] }],
    { issue: ['One'] },
  );
  const first = world.begin('--merge', 'approved');
  await first.until(server.got(1));
  expect(titles(server)).toEqual(['local#1: waiting for reviewers']);
  first.signal('SIGKILL');
  await first.ended;
  const second = world.begin('--merge', 'approved');
  await second.printed('waiting for reviewers');
  second.signal('SIGINT');
  await second.ended;
  expect(titles(server).filter((title) => title.includes('reviewers'))).toHaveLength(1);
  expect((await readStatus(world)).tasks[0]?.state).toBe('completed');
}, 120_000);

test('notify --test tries each sink, and fails when one does', async () => {
  await using server = await startHookServer();
  await using broken = await startHookServer(503);
  const good = { kind: 'ntfy', url: `${server.url}/s3cret` };
  await using world = await worldWith([
    good,
    { kind: 'slack', url: `${broken.url}/s3cret` },
    { kind: 'webhook', url_variable: 'NOT_SET', on: ['failed'] },
    { kind: 'command', command: ['cat'] },
  ]);
  const listed = await world.flotilla('notify');
  expect(listed.code, listed.stderr).toBe(0);
  expect(listed.stdout).toContain('webhook ($NOT_SET): failed');
  expect(server.requests).toEqual([]);
  const tested = await world.flotilla('notify', '--test');
  expect(tested.code).toBe(1);
  expect(tested.stdout.split('\n').slice(0, -1)).toEqual([
    `✓ ntfy (${server.url}/…): HTTP 200`,
    `✗ slack (${broken.url}/…): HTTP 503`,
    '✗ webhook ($NOT_SET): NOT_SET is not set',
    '✓ command (cat): exit code 0',
  ]);
  expect(server.requests[0]?.headers['title']).toBe('Flotilla: a test');
  world.write(configurationPath, JSON.stringify({ notifications: { sinks: [good] } }));
  expect((await world.flotilla('notify', '--test')).code).toBe(0);
  world.write(configurationPath, '{}');
  const none = await world.flotilla('notify', '--test');
  expect(none).toMatchObject({ code: 0, stdout: expect.stringContaining('No sink') as string });
});

test('nobody is notified at a place that the user does not trust', async () => {
  await using server = await startHookServer();
  await using world = await worldWith([{ kind: 'slack', url: `${server.url}/s3cret` }]);
  const as = { cwd: world.repository, env: world.env, isTrusting: false };
  for (const args of [
    ['notify', '--test'],
    ['orchestrate', '../issue.md', '--agent', world.agent, '--force'],
  ]) {
    const { code, stderr } = await startFlotilla({ ...as, args }).ended;
    expect(code, stderr).toBe(4);
    expect(stderr).toContain('notifications.sinks: sends notifications');
    expect(stderr).not.toContain('s3cret');
  }
  expect(server.requests).toEqual([]);
});

test.each([
  [{ kind: 'webhook' }, 'it must have either url_variable or url'],
  [{ kind: 'webhook', url: 'ftp://s3cret' }, 'it must be an http or https URL'],
  [{ kind: 'slack', url_variable: 'https://s3cret' }, 'it must be the name of a variable'],
  [{ kind: 'pigeon', url: 'https://s3cret' }, 'sinks.0'],
  [{ kind: 'command', command: [] }, 'sinks.0.command'],
])('a sink that makes no sense is refused without its URL: %j', async (sink, words) => {
  await using world = await worldWith([sink]);
  const { code, stderr } = await world.flotilla('notify');
  expect(code, stderr).toBe(4);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('s3cret');
});

test.runIf(hasTerminals)(
  'the live view rings the bell at the end of a run, and for nothing where sinks are configured',
  async () => {
    const rings = async (world: World): Promise<number> => {
      const agent = ['--agent', world.agent, '--force', '--trust'];
      const terminal = startInTerminal(world, 'orchestrate', '../issue.md', ...agent);
      const { code, screen } = await terminal.ended;
      expect(code, screen).toBe(0);
      return screen.split('\u0007').length - 1;
    };
    await using usual = await makeWorld({ issue: ['One'] });
    expect(await rings(usual)).toBe(1);
    await using silent = await worldWith([], { issue: ['One'] });
    expect(await rings(silent)).toBe(0);
    await using failures = await worldWith([{ kind: 'desktop', on: ['run-done'] }], {
      ...{ issue: ['One'], env: { SSH_CONNECTION: '1 2 3 4' } },
    });
    expect(await rings(failures)).toBe(1);
  },
);
