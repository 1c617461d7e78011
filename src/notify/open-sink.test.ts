import { createHmac } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startHookServer } from '../../test/rig/hook-server.ts';
import type { Notice } from '../model/notification/notice.ts';
import type { NotificationSink } from '../model/notification/sink.ts';
import { openSink, type SinkTools } from './open-sink.ts';
import type { SinkAnswer } from './sink-answer.ts';

const hostile = 'Füge \u001b[31mrot\u001b]9;evil\u0007 hinzu\r\nX-Evil: 1; <!channel> & more';

/** Worse than any that the program makes: it was not made plain. */
function sampleNotice(change: Partial<Notice> = {}): Notice {
  return {
    ...{ key: 'failed/1/task 2', kinds: ['failed'], task: 2, run: 'orch-local-1-x' },
    ...{ title: 'local#1: task 2 failed', text: 'Add the cart: TEST_FAILURE', issue: 'local#1' },
    ...{ link: 'https://github.com/o/r/pull/7', command: 'flotilla logs local#1 2' },
    at: '2026-03-02T12:00:00.000Z',
    ...change,
  };
}

type Sent = {
  readonly notice?: Notice;
  readonly tools?: Partial<SinkTools>;
  readonly signal?: AbortSignal;
};

function send(sink: NotificationSink, sent: Sent = {}): Promise<SinkAnswer> {
  const tools: SinkTools = {
    ...{ env: {}, directory: tmpdir(), marker: `test-notify/${process.pid}`, terminal: null },
    ...sent.tools,
  };
  const { notice = sampleNotice(), signal = new AbortController().signal } = sent;
  return openSink(sink, tools).send(notice, signal);
}

test('a webhook gets JSON that its secret has signed', async () => {
  await using server = await startHookServer();
  const env = { HOOK: `${server.url}/in?key=1`, KEY: 's3cret' };
  const sink = { kind: 'webhook', url_variable: 'HOOK', secret_variable: 'KEY' } as const;
  expect(await send(sink, { tools: { env } })).toEqual({ isTaken: true, words: 'HTTP 200' });
  const [request] = server.requests;
  expect(request?.path).toBe('/in?key=1');
  expect(request?.headers['content-type']).toBe('application/json');
  const digest = createHmac('sha256', 's3cret')
    .update(request?.body ?? '')
    .digest('hex');
  expect(request?.headers['x-flotilla-signature']).toBe(`sha256=${digest}`);
  expect(JSON.parse(request?.body ?? '')).toEqual({
    ...{ kind: 'failed', kinds: ['failed'], task: 2, title: 'local#1: task 2 failed' },
    ...{ text: 'Add the cart: TEST_FAILURE', link: 'https://github.com/o/r/pull/7' },
    ...{ command: 'flotilla logs local#1 2', run: 'orch-local-1-x', issue: 'local#1' },
    at: '2026-03-02T12:00:00.000Z',
  });
});

test('a webhook without a secret is not signed, and one whose secret is missing is not sent to', async () => {
  await using server = await startHookServer();
  await send({ kind: 'webhook', url: server.url });
  expect(server.requests[0]?.headers).not.toHaveProperty('x-flotilla-signature');
  const answer = await send({ kind: 'webhook', url: server.url, secret_variable: 'KEY' });
  expect(answer).toEqual({ isTaken: false, words: 'KEY is not set' });
  expect(server.requests).toHaveLength(1);
});

test('Slack gets a text in which nothing calls a channel', async () => {
  await using server = await startHookServer();
  await send({ kind: 'slack', url: server.url }, { notice: sampleNotice({ text: hostile }) });
  const { text, ...others } = JSON.parse(server.requests[0]?.body ?? '') as { text: string };
  expect(others).toEqual({});
  expect(text).toContain('&lt;!channel&gt; &amp; more');
  expect(text).not.toMatch(/[<>]/u);
  expect(text).toContain('https://github.com/o/r/pull/7\nflotilla logs local#1 2');
});

test('ntfy gets title and priority in headers, whatever the title holds', async () => {
  await using server = await startHookServer();
  const env = { TOPIC: `${server.url}/mine`, TOKEN: 'tk_1' };
  const sink = { kind: 'ntfy', url_variable: 'TOPIC', secret_variable: 'TOKEN' } as const;
  await send(sink, { tools: { env } });
  const notice = sampleNotice({ title: hostile, kinds: ['phase-done'], link: null });
  expect((await send(sink, { tools: { env }, notice })).isTaken).toBe(true);
  const [plain, odd] = server.requests;
  expect(plain?.path).toBe('/mine');
  expect(plain?.headers).toMatchObject({
    ...{ title: 'local#1: task 2 failed', priority: '4', authorization: 'Bearer tk_1' },
    click: 'https://github.com/o/r/pull/7',
  });
  expect(plain?.body).toContain('TEST_FAILURE');
  const [, encoded = ''] = /^=\?UTF-8\?B\?(.*)\?=$/u.exec(String(odd?.headers['title'])) ?? [];
  expect(Buffer.from(encoded, 'base64').toString()).toBe(hostile);
  expect(odd?.headers).not.toHaveProperty('x-evil');
  expect(odd?.headers['priority']).toBe('2');
});

test('a server that refuses, one that is not there and one that sends elsewhere are failures without their URLs', async () => {
  await using broken = await startHookServer(500);
  await using elsewhere = await startHookServer(302);
  const gone = await startHookServer();
  await gone[Symbol.asyncDispose]();
  expect(await send({ kind: 'slack', url: broken.url })).toEqual({
    ...{ isTaken: false, words: 'HTTP 500' },
  });
  expect(await send({ kind: 'slack', url: elsewhere.url })).toEqual({
    ...{ isTaken: false, words: 'HTTP 302' },
  });
  expect(elsewhere.requests).toHaveLength(1);
  expect(await send({ kind: 'slack', url: `${gone.url}/s3cret` })).toEqual({
    ...{ isTaken: false, words: 'no answer (ECONNREFUSED)' },
  });
});

test.each([
  [{}, 'HOOK is not set'],
  [{ HOOK: 'ghp_secret' }, 'HOOK holds no http or https URL'],
  [{ HOOK: 'file:///etc/passwd' }, 'HOOK holds no http or https URL'],
])('a variable that holds no URL (%j) is named, and its value is not', async (env, words) => {
  const answer = await send({ kind: 'webhook', url_variable: 'HOOK' }, { tools: { env } });
  expect(answer).toEqual({ isTaken: false, words });
});

test('a server that never answers is given up after the limit, or when the run ends', async () => {
  await using server = await startHookServer('never');
  const sink = { kind: 'webhook', url: server.url } as const;
  const given = { isTaken: false, words: 'no answer in time' };
  expect(await send(sink, { tools: { limitMs: 50 } })).toEqual(given);
  const ending = new AbortController();
  const sending = send(sink, { signal: ending.signal });
  await server.got(2);
  ending.abort();
  expect(await sending).toEqual(given);
  expect(await send(sink, { signal: ending.signal })).toMatchObject({ isTaken: false });
  expect(server.requests).toHaveLength(2);
});

test('a command gets its arguments as they are, and the notice on standard input', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'notify-'));
  const file = join(folder.path, 'seen');
  const script = 'printf "%s|" "$0" "$PWD" "$GREETING" > seen; cat >> seen';
  const notice = sampleNotice({ title: '$(touch evil); `touch evil`' });
  const command = ['sh', '-c', script, 'a; touch evil'];
  const tools = {
    directory: folder.path,
    env: { PATH: process.env['PATH'], GREETING: 'hi' },
  };
  expect(await send({ kind: 'command', command }, { notice, tools })).toMatchObject({
    isTaken: true,
  });
  const [zero, directory, greeting, input = ''] = readFileSync(file, 'utf8').split('|');
  expect([zero, directory, greeting]).toEqual(['a; touch evil', folder.path, 'hi']);
  expect(JSON.parse(input)).toMatchObject({ title: notice.title, kind: 'failed' });
});

test('a command that fails, is missing or hangs is a failure, and nothing of it is left', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'notify-'));
  const tools = { directory: folder.path, env: { PATH: process.env['PATH'] } };
  const run = (...command: readonly string[]): Promise<SinkAnswer> =>
    send({ kind: 'command', command }, { tools });
  expect(await run('sh', '-c', 'exit 3')).toEqual({ isTaken: false, words: 'exit code 3' });
  expect((await run('no-such-program-here')).words).toBe('no such program');
  const fifo = join(folder.path, 'child');
  execFileSync('mkfifo', [fifo]);
  const hanging = ['sh', '-c', 'setsid sleep 1000 & echo $! > child; sleep 1000'];
  const ending = new AbortController();
  const sending = send({ kind: 'command', command: hanging }, { tools, signal: ending.signal });
  const child = Number(await readFile(fifo, 'utf8'));
  ending.abort();
  expect(await sending).toEqual({ isTaken: false, words: 'it did not end in time' });
  expect(() => process.kill(child, 0)).toThrow('ESRCH');
});

test('a bell and a desktop notification go to the terminal, and a title cannot end the sequence', async () => {
  const written: string[] = [];
  const terminal = (sequence: string): void => void written.push(sequence);
  expect(await send({ kind: 'bell' }, { tools: { terminal } })).toMatchObject({ isTaken: true });
  const notice = sampleNotice({ title: hostile, text: 'a;b\u0007c' });
  const path = { PATH: '/nowhere' };
  const envs = [
    path,
    { ...path, TERM: 'foot' },
    { ...path, TERM_PROGRAM: 'WezTerm', SSH_CONNECTION: '1 2 3 4' },
  ];
  for (const env of envs)
    expect(await send({ kind: 'desktop' }, { notice, tools: { terminal, env } })).toMatchObject({
      isTaken: true,
    });
  const [bell, nine, ...titled] = written;
  expect(bell).toBe('\u0007');
  expect(nine).toBe('\u001b]9;Flotilla: Füge rot hinzu X-Evil: 1; <!channel> & more. a;bc\u0007');
  const shown = '\u001b]777;notify;Füge rot hinzu X-Evil: 1, <!channel> & more;a,bc\u0007';
  expect(titled).toEqual([shown, shown]);
});

test('notify-send shows it where it is there, and a title is no option of it', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'notify-'));
  const program = join(folder.path, 'notify-send');
  writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$@" > "$OUT"\n');
  chmodSync(program, 0o755);
  const out = join(folder.path, 'out');
  const env = { PATH: `${folder.path}:${process.env['PATH']}`, OUT: out };
  const notice = sampleNotice({ title: '--icon=evil', text: '<b>x</b>', kinds: ['needs-person'] });
  expect(await send({ kind: 'desktop' }, { notice, tools: { env } })).toEqual({
    ...{ isTaken: true, words: 'notify-send' },
  });
  expect(readFileSync(out, 'utf8').split('\n').slice(0, -1)).toEqual([
    ...['--app-name=Flotilla', '--urgency=critical', '--', '--icon=evil'],
    '&lt;b&gt;x&lt;/b&gt;',
  ]);
});

test('without a terminal a bell has nowhere to ring', async () => {
  expect(await send({ kind: 'bell' })).toEqual({
    ...{ isTaken: false, words: 'there is no terminal' },
  });
  const env = { PATH: '/nowhere' };
  expect((await send({ kind: 'desktop' }, { tools: { env } })).isTaken).toBe(false);
});
