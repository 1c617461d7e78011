import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { watchDirectory } from '../files/watch-directory.ts';
import { deliver, listKeys, makeMailbox, readQuestion, type Mailbox } from './mailbox.ts';

function makeRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'mailbox-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

type Asked = { readonly code: number; readonly said: string };

/** Runs the program by which agents ask. */
function ask(mailbox: Mailbox, ...args: readonly string[]): Promise<Asked> {
  return new Promise((resolve) => {
    execFile(mailbox.ask, [...args], (error, said) =>
      resolve({ code: error === null ? 0 : Number(error.code), said }),
    );
  });
}

async function untilAsked(mailbox: Mailbox, count: number): Promise<string[]> {
  for (;;) {
    const changed = Promise.withResolvers<void>();
    const watch = watchDirectory(mailbox.questions, () => changed.resolve());
    const keys = await listKeys(mailbox);
    if (keys.length < count) await changed.promise;
    watch.close();
    if (keys.length >= count) return keys;
  }
}

test('a question comes as it was put, and its answer wakes who asked it alone', async () => {
  const mailbox = await makeMailbox(join(makeRoot(), 'attempt'));
  const words = 'Which "colour",\n$HOME or `red`?';
  const [first, second] = [
    ask(mailbox, words, '--option', 'it’s red', '--option', '-n'),
    ask(mailbox, 'Two', 'words'),
  ];
  const keys = await untilAsked(mailbox, 2);
  const questions = await Promise.all(keys.map((key) => readQuestion(mailbox, key)));
  const one = questions.find((question) => question?.text === words);
  const other = questions.find((question) => question?.text === 'Two words');
  expect(one?.options).toEqual(['it’s red', '-n']);
  await deliver(mailbox, other?.key ?? '', { kind: 'none', text: 'Nobody is here.' });
  expect(await second).toEqual({ code: 3, said: 'Nobody is here.\n' });
  await deliver(mailbox, one?.key ?? '', { kind: 'answered', text: '7\nred' });
  // A second answer changes nothing.
  await deliver(mailbox, one?.key ?? '', { kind: 'answered', text: 'green' });
  expect(await first).toEqual({ code: 0, said: '7\nred\n' });
});

test('asking nothing is an error, and leaves nothing behind', async () => {
  const mailbox = await makeMailbox(join(makeRoot(), 'attempt'));
  expect((await ask(mailbox)).code).toBe(4);
  expect((await ask(mailbox, 'Which?', '--option')).code).toBe(4);
  expect(await listKeys(mailbox)).toEqual([]);
});

test('what lies in a mailbox is not followed, not written to, and not waited for', async () => {
  const root = makeRoot();
  const mailbox = await makeMailbox(join(root, 'attempt'));
  const secret = join(root, 'secret');
  writeFileSync(secret, 'secret');
  const key = '0123456789abcdef';
  mkdirSync(join(mailbox.questions, key));
  symlinkSync(secret, join(mailbox.questions, key, 'question'));
  symlinkSync(secret, join(mailbox.questions, key, 'wake'));
  expect(await readQuestion(mailbox, key)).toBeNull();
  await deliver(mailbox, key, { kind: 'answered', text: 'x' });
  expect(readFileSync(secret, 'utf8')).toBe('secret');
  symlinkSync(root, join(mailbox.questions, 'fedcba9876543210'));
  expect(await readQuestion(mailbox, 'fedcba9876543210')).toBeNull();
  await deliver(mailbox, '../../secret', { kind: 'answered', text: 'x' });
  expect(readFileSync(secret, 'utf8')).toBe('secret');
});
