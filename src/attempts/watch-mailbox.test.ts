import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeMailbox, type Mailbox } from '../questions/mailbox.ts';
import { watchMailbox, type MailboxWatch } from './watch-mailbox.ts';

type Watched = {
  readonly mailbox: Mailbox;
  readonly watch: MailboxWatch;
  readonly taken: string[];
  readonly told: string[];
  /** Resolves when so much was taken, or said. */
  readonly until: (isSo: () => boolean) => Promise<void>;
  /** Runs the program by which agents ask; gives its exit code and what it printed. */
  readonly ask: (question: string) => Promise<string>;
};

async function open(reply: string | null = null): Promise<Watched> {
  const root = mkdtempSync(join(tmpdir(), 'mailbox-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const mailbox = await makeMailbox(join(root, 'attempt'));
  return { ...watchAgain(mailbox, reply), ask: (question) => run(mailbox.ask, question) };
}

function watchAgain(mailbox: Mailbox, reply: string | null): Omit<Watched, 'ask'> {
  const [taken, told]: [string[], string[]] = [[], []];
  let listeners: (() => void)[] = [];
  const changed = (): void => listeners.forEach((listener) => listener());
  const watch = watchMailbox(mailbox, {
    taken: () => taken,
    take: ({ key }) => {
      taken.push(key);
      if (reply !== null) void watch.bring(key, { kind: 'answered', text: reply });
      changed();
    },
    onTooMany: () => {
      told.push('too many');
      changed();
    },
    onFailure: (what) => {
      told.push(what);
      changed();
    },
  });
  onTestFinished(() => watch.close());
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (isSo()) resolve();
      };
      listeners = [...listeners, look];
      look();
    });
  return { mailbox, watch, taken, told, until };
}

function run(program: string, question: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, [question], (error, said) =>
      resolve(`${error === null ? 0 : Number(error.code)} ${said.trim().slice(0, 28)}`),
    );
  });
}

test('of an agent that asks without end, twenty questions are shown; then it costs nothing any more', async () => {
  const { mailbox, watch, taken, told, until, ask } = await open();
  const all = Array.from({ length: 60 }, (_, index) => ask(`Question ${index}?`));
  await until(() => told.includes('too many'));
  // Those that are refused go on, and those that are shown wait.
  const waiting = Promise.race(all);
  expect(await waiting).toBe('3 You have asked too often: no');
  for (const key of taken) await watch.bring(key, { kind: 'answered', text: 'red' });
  const ends = await Promise.all(all);
  expect(ends.filter((end) => end === '0 red')).toHaveLength(20);
  expect(ends.filter((end) => end === '3 You have asked too often: no')).toHaveLength(40);
  expect(taken).toHaveLength(20);
  // What it asks from then on leaves no trace at all.
  const [questions, answers] = [mailbox.questions, mailbox.answers].map((path) =>
    readdirSync(path),
  );
  expect(await Promise.all(Array.from({ length: 200 }, () => ask('More?')))).toEqual(
    Array.from({ length: 200 }, () => '3 You have asked too often: no'),
  );
  expect(readdirSync(mailbox.questions)).toEqual(questions);
  expect(readdirSync(mailbox.answers)).toEqual(answers);
  expect(told).toEqual(['too many']);
  // Nor does an orchestrator that takes the agent over begin again.
  const next = watchAgain(mailbox, 'blue');
  expect(await ask('More?')).toBe('3 You have asked too often: no');
  await next.watch.close();
  expect([next.taken, next.told]).toEqual([[], []]);
}, 60_000);

test('what is no question is said once, is bounded, and keeps nobody from asking', async () => {
  const { mailbox, told, ask } = await open('red');
  mkdirSync(join(mailbox.questions, '0123456789abcdef'));
  symlinkSync('/etc/passwd', join(mailbox.questions, '0123456789abcdef', 'question'));
  writeFileSync(join(mailbox.questions, 'fedcba9876543210'), '');
  expect(await ask('Which colour?')).toBe('0 red');
  expect(told).toEqual(['read']);
  for (let count = 0; count < 300; count += 1)
    mkdirSync(join(mailbox.questions, count.toString(16).padStart(16, '0')));
  while (!(await ask('Which colour?')).startsWith('3 You have')) expect(told).toEqual(['read']);
  expect(told).toEqual(['read', 'too many']);
  expect(readdirSync(mailbox.answers).length).toBeLessThan(130);
}, 60_000);

test('a mailbox that is deleted is reported, and the agent goes on', async () => {
  const { mailbox, taken, told, until, ask } = await open();
  const waiting = ask('Which colour?');
  await until(() => taken.length === 1);
  rmSync(mailbox.questions, { recursive: true });
  expect(await waiting).toBe('4 ');
  expect(await ask('Which other?')).toBe('4 ');
  await until(() => told.includes('read'));
  expect(told).toEqual(['read']);
}, 30_000);

test('an answer that cannot be written is reported, and the agent goes on without it', async () => {
  const { mailbox, watch, taken, told, until, ask } = await open();
  const waiting = ask('Which colour?');
  await until(() => taken.length === 1);
  rmSync(mailbox.answers, { recursive: true });
  writeFileSync(mailbox.answers, 'as a disk that is full');
  await watch.bring(taken[0]!, { kind: 'answered', text: 'red' });
  expect(told).toEqual(['answer']);
  expect(await waiting).toBe('4 ');
}, 30_000);
