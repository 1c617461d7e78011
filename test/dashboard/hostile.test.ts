import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  DiffPage,
  DraftPage,
  LogPage,
  RunPage,
  TaskPage,
} from '../../src/dashboard/page-data.ts';
import { startDashboard, type StartedDashboard } from '../rig/dashboard.ts';
import { makeWorld, type World } from '../rig/world.ts';

const escape = '\u001B';
const megabyte = 1_000_000;

/** An agent's work, words and questions that would do harm wherever they are not taken as text. */
const hostileAgent = String.raw`
printf '\033]0;taken\007\033[2Jhello <script>alert(1)</script>\n'
head -c 1000000 /dev/zero | tr '\0' x
echo
mkdir -p work
head -c 1000000 /dev/zero | tr '\0' y >work/long.txt
printf '\n\033[31mred <img src=x onerror=alert(1)>\r\n' >work/escape.txt
printf 'x\n' >"$(printf 'work/\033[1mname.txt')"
git add --all
git commit --quiet --message "$(printf 'Subject \033[31m<b>red</b>')"
`;

let world: World;
let dashboard: StartedDashboard;
let run: RunPage;
let at: string;

beforeAll(async () => {
  const title = `Do \`<script>alert(1)</script>\` ${escape}[31m&amp; ‮more`;
  world = await makeWorld({ issue: [title] });
  world.script({ default: hostileAgent });
  const { stdout } = await world.orchestrate('--check', 'true');
  expect(stdout).toContain('1 task');
  dashboard = await startDashboard(world);
  run = await dashboard.run();
  at = `/api/runs/${run.id}`;
}, 120_000);
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

/** Whether a text could move a cursor, hide something or name a window. */
// oxlint-disable-next-line eslint/no-control-regex -- these are what it looks for
const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/u;

test('titles, subjects, paths and commands come without control characters', async () => {
  const page = await dashboard.get(at);
  expect(page.headers['content-type']).toContain('application/json');
  expect(run.tasks[0]?.title).toContain('<script>alert(1)</script>');
  expect(run.tasks[0]?.title).not.toMatch(controls);
  const task = await dashboard.json<TaskPage>(`${at}/tasks/1`);
  expect(task.commits[0]?.subject).toContain('<b>red</b>');
  for (const words of [
    ...task.commits.map(({ subject }) => subject),
    ...task.files.map(({ path }) => path),
    ...[task.title, task.claim ?? ''],
  ])
    expect(words).not.toMatch(controls);
});

test('a diff is shown with its control characters as symbols, and no line of it is a megabyte', async () => {
  const diff = await dashboard.json<DiffPage>(`${at}/tasks/1/diff`);
  expect(diff.why).toBeNull();
  expect(diff.text).toContain('<img src=x onerror=alert(1)>');
  expect(diff.text).not.toContain(escape);
  expect(diff.text.length).toBeLessThan(200_000);
  expect(Math.max(...diff.text.split('\n').map(({ length }) => length))).toBeLessThan(3_000);
});

test('of a log of a megabyte on one line the end is sent, and the rest is asked for by its place', async () => {
  const raw = (query: string): Promise<LogPage> =>
    dashboard.json<LogPage>(`${at}/tasks/1/log?what=raw&${query}`);
  const first = await raw('');
  expect(first).toMatchObject({ isCut: true, isNew: true, of: 'attempt 1' });
  expect(first.text.length).toBeLessThan(300_000);
  expect(first.next).toBeGreaterThan(megabyte);
  const rest = await raw(`after=${first.next}&of=${encodeURIComponent(first.of)}`);
  expect(rest).toMatchObject({ text: '', next: first.next, isNew: false });
  // Of another log, what the reader has is nothing.
  expect(await raw(`after=${first.next}&of=other`)).toMatchObject({ isNew: true });
  for (const query of ['after=-1', 'after=x', 'after=1e99', 'what=/etc/passwd', 'what=../../x'])
    expect((await dashboard.get(`${at}/tasks/1/log?${query}`)).status).toBe(400);
});

describe('names that lead elsewhere', () => {
  const steps = ['..', '%2e%2e', '..%2f..%2f', '..%5c', '%00', '%252e%252e', '....//', '%ff'];

  test.each(steps)('as a repository, a run, a task or a file: %s', async (step) => {
    const state = basename(run.id.split('/')[0] ?? '');
    for (const path of [
      `/api/runs/${step}/${run.run}`,
      `/api/runs/${state}%2f${step}%2f${state}/${run.run}`,
      `/api/runs/${state}/${step}`,
      `/api/runs/${state}/${step}/stream`,
      `${at}/tasks/${step}`,
      `${at}/tasks/${step}/diff`,
      `${at}/tasks/1${step}/log`,
      `${at}/${step}`,
    ]) {
      const { status, headers } = await dashboard.get(path);
      expect([path, status]).toEqual([path, expect.toSatisfy((one) => [400, 404].includes(one))]);
      expect(headers).toHaveProperty('content-security-policy');
    }
    for (const path of [
      `/${step}/${step}/package.json`,
      `/assets/${step}/index.html`,
      `/${step}`,
    ]) {
      const { status, headers, body } = await dashboard.get(path);
      expect([path, status]).toEqual([path, expect.toSatisfy((one) => [200, 400].includes(one))]);
      if (status === 200) expect(headers['content-type']).toContain('text/html');
      expect(body).not.toContain('"dependencies"');
    }
  });

  test.each(['0', '-1', '1.5', '1e0', '0x1', ' ', '999999999999999999999', 'NaN'])(
    'a number that is none of a task: %j',
    async (number) => {
      for (const what of ['', '/diff', '/log'])
        expect([
          number,
          (await dashboard.get(`${at}/tasks/${encodeURIComponent(number)}${what}`)).status,
        ]).toEqual([number, 404]);
    },
  );

  test('actions and their input are those that there are', async () => {
    for (const name of ['orchestrate', '__proto__', 'constructor', 'toString', 'draft', '-h'])
      expect([name, (await dashboard.post(`${at}/${name}`, {})).status]).toEqual([name, 404]);
    const inputs: readonly [string, unknown][] = [
      ['answer', { question: 1 }],
      ['answer', { question: '1', text: 'x' }],
      ['tell', { task: 1, text: '' }],
      ['tell', { task: -1, text: 'x' }],
      ['tell', { task: 1, text: 'x', agent: 'command:sh' }],
      ['skip', { task: '1; rm -rf /' }],
      ['cancel', { tasks: ['--all'] }],
      ['set', { agent: 'command:sh' }],
      ['set', { maxWorkers: '--json' }],
      ['set', { maxWorkers: 0 }],
      ['set', { merge: 'verified --force' }],
      ['retry', { check: ['true'] }],
      ['retry', { tasks: [1], force: true }],
      ['pause', { issue: 'other.md' }],
      ['pause', []],
      ['pause', null],
      ['pause', 'x'],
    ];
    for (const [name, input] of inputs) {
      const { status, body } = await dashboard.post(`${at}/${name}`, input);
      expect([name, input, status]).toEqual([name, input, 400]);
      expect(JSON.parse(body)).toMatchObject({ isDone: false });
    }
    const broken = await dashboard.raw(`${at}/pause`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${dashboard.token}`, 'Content-Type': 'application/json' },
      body: '{',
    });
    expect(broken.status).toBe(400);
  });
});

test('words that look like options, or like the name of standard input, are words', async () => {
  for (const text of ['--help', '-', '--json', '$(touch taken)', '; touch taken', `${escape}[2J`]) {
    const { isDone, words } = await dashboard.act(run.id, 'tell', { task: 1, text });
    // The task is over: that is what the command says of it, and nothing of options.
    expect([text, isDone, words]).toEqual([
      text,
      false,
      expect.stringMatching(/is over|Nothing to say|is empty|completed|failed/u),
    ]);
    expect(words).not.toMatch(controls);
  }
  expect(existsSync(join(world.repository, 'taken'))).toBe(false);
});

test('links in place of logs are not followed', async () => {
  const secret = join(world.root, 'secret');
  writeFileSync(secret, 'a key of the user');
  const home = join(world.stateHome, 'flotilla');
  const [state = ''] = readdirSync(home).filter((name) => name.startsWith('repository-'));
  const output = join(home, state, 'runs', run.run, 'task-1', 'attempt-1', 'output');
  const logs = join(world.repository, '.claude', 'runtime', 'logs', run.run);
  const said = join(logs, readdirSync(logs).find((name) => name.startsWith('agent-1')) ?? '');
  const log = (what: string): Promise<LogPage> =>
    dashboard.json<LogPage>(`${at}/tasks/1/log?what=${what}`);
  expect((await log('raw')).text).not.toBe('');
  expect((await log('said')).text).not.toBe('');
  for (const [what, path] of [
    ['raw', output],
    ['said', said],
  ] as const) {
    renameSync(path, `${path}.kept`);
    symlinkSync(secret, path);
    expect([what, await log(what)]).toMatchObject([what, { text: '' }]);
    rmSync(path);
    mkdirSync(path);
    expect([what, await log(what)]).toMatchObject([what, { text: '' }]);
    rmSync(path, { recursive: true });
    renameSync(`${path}.kept`, path);
  }
  // A folder on the way is as good as the file.
  renameSync(logs, `${logs}.kept`);
  const copy = join(world.root, 'copy');
  mkdirSync(copy);
  writeFileSync(join(copy, basename(said)), 'a key of the user');
  symlinkSync(copy, logs);
  expect(await log('said')).toMatchObject({ text: '' });
  rmSync(logs);
  renameSync(`${logs}.kept`, logs);
  expect((await log('said')).text).not.toBe('');
});

test('only a draft that was made here is started', async () => {
  const [state = ''] = run.id.split('/');
  const start = (path: string) => dashboard.post(`/api/repositories/${state}/start`, { path });
  const outside = join(world.root, 'issue.md');
  const { path } = JSON.parse(
    (await dashboard.post(`/api/repositories/${state}/draft`, { text: '# A\n\n- [ ] B\n' })).body,
  ) as DraftPage;
  for (const wrong of [
    outside,
    join(path, '..', '..', '..', '..', 'issue.md'),
    `${path}/../x.md`,
    '/etc/passwd',
    `${path}\0`,
    'issue.md',
    '-h',
  ])
    expect([wrong, (await start(wrong)).status]).toEqual([wrong, 400]);
  rmSync(path);
  symlinkSync(outside, path);
  expect((await start(path)).status).toBe(400);
  expect(await dashboard.runs()).toHaveLength(1);
});
