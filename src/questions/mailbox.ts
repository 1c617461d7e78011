import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replaceFile } from '../files/replace-file.ts';
import { readRegularFile } from '../files/read-regular-file.ts';

/**
 * Where an agent asks and is answered: a folder of its attempt. Of all that lies there, the agent can change the questions
 * alone; of the rest of the attempt it sees nothing.
 */
export type Mailbox = {
  readonly directory: string;
  /** A folder for each question, named by its key. */
  readonly questions: string;
  readonly answers: string;
  /** The program by which any agent asks. */
  readonly ask: string;
  /** The server of the Model Context Protocol by which those ask that speak it. */
  readonly server: string;
};

/** A question as an agent put it; bounded, and otherwise as it is: nothing in it may be believed. */
export type PutQuestion = {
  readonly key: string;
  readonly text: string;
  readonly options: readonly string[];
};

/** What an agent gets back: `answered` by a person, or `none`: nobody did, or it asked too much. */
export type Reply = { readonly kind: 'answered' | 'none'; readonly text: string };

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const [askProgram, serverProgram] = ['ask.sh', `ask-server.${extension}`].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
) as [string, string];

/** The mailbox of an attempt, by the attempt's directory. */
export function mailboxOf(attempt: string): Mailbox {
  const directory = join(attempt, 'mailbox');
  return {
    directory,
    questions: join(directory, 'questions'),
    answers: join(directory, 'answers'),
    ask: join(directory, 'ask'),
    // Its ending says how Node reads it.
    server: join(directory, extension === 'ts' ? 'ask-server.ts' : 'ask-server.mjs'),
  };
}

/** Makes an attempt's mailbox, with the programs in it. */
export async function makeMailbox(attempt: string): Promise<Mailbox> {
  const mailbox = mailboxOf(attempt);
  for (const directory of [mailbox.questions, mailbox.answers])
    await mkdir(directory, { recursive: true, mode: 0o700 });
  await copyFile(askProgram, mailbox.ask);
  await chmod(mailbox.ask, 0o700);
  await copyFile(serverProgram, mailbox.server);
  return mailbox;
}

const keyPattern = /^[0-9a-f]{16}$/u;
const mostCharsOfText = 2_000;
const mostOptions = 8;
const mostCharsOfOption = 200;
/** What is longer is read by nobody: it is one question. */
const mostBytes = 256 * 1024;

/** So many are looked at; what an agent piles up beyond that is nobody's work. */
const mostListed = 5_000;

/** The keys of the questions that lie in a mailbox, the oldest first. Rejects when it cannot be read. */
export async function listKeys({ questions }: Mailbox): Promise<string[]> {
  const names = await readdir(questions);
  const dated = await Promise.all(
    names
      .filter((name) => keyPattern.test(name))
      .slice(0, mostListed)
      .map(async (name) => {
        const found = await stat(join(questions, name)).catch(() => null);
        return { name, at: found?.mtimeMs ?? 0 };
      }),
  );
  return dated.toSorted((one, other) => one.at - other.at).map(({ name }) => name);
}

/** Reads a question; null when it is none. */
export async function readQuestion(
  { questions }: Mailbox,
  key: string,
): Promise<PutQuestion | null> {
  const read = async (name: string, most: number): Promise<string | null> => {
    const bytes = await readRegularFile({ root: questions, path: `${key}/${name}`, mostBytes });
    return bytes === null ? null : bytes.toString('utf8').trim().slice(0, most);
  };
  const text = await read('question', mostCharsOfText);
  if (text === null || text === '') return null;
  const options: string[] = [];
  for (let count = 1; count <= mostOptions; count += 1) {
    const option = await read(`option-${count}`, mostCharsOfOption);
    if (option === null) break;
    if (option !== '') options.push(option);
  }
  return { key, text, options };
}

/**
 * Gives an agent its answer, and wakes it; doing it twice does it once. A link that the agent left there is not followed.
 * Rejects when it cannot be written; the agent then still waits.
 */
export async function deliver(mailbox: Mailbox, key: string, reply: Reply): Promise<void> {
  if (!keyPattern.test(key)) return;
  const path = join(mailbox.answers, key);
  if (!existsSync(path)) await replaceFile(path, fileOf(reply));
  await wakeAsker(mailbox, key);
}

const closedName = 'closed';

/** Answers whatever is still put there, at once and without anybody looking at it. */
export async function closeMailbox(mailbox: Mailbox, reply: Reply): Promise<void> {
  await replaceFile(join(mailbox.answers, closedName), fileOf(reply));
}

/** Whether that was done. */
export function isMailboxClosed({ answers }: Mailbox): boolean {
  return existsSync(join(answers, closedName));
}

/** Has an agent look for its answer; where there is none, it learns that its question could not be put. */
export async function wakeAsker({ questions }: Mailbox, key: string): Promise<void> {
  if (keyPattern.test(key)) await wake(join(questions, key, 'wake'));
}

/** The same for all questions that lie there, but for some. Rejects when the mailbox cannot be read. */
export async function wakeAskers(mailbox: Mailbox, except: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(mailbox.questions))
    if (!except.has(name)) await wakeAsker(mailbox, name);
}

function fileOf({ kind, text }: Reply): string {
  return `${kind === 'answered' ? 0 : 3}\n${text}\n`;
}

/** Nobody may be waiting any more, and what lies there may be anything: only a FIFO with a reader is written to. */
async function wake(path: string): Promise<void> {
  const { O_WRONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  const fifo = await open(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW).catch(() => null);
  if (fifo === null) return;
  try {
    if ((await fifo.stat()).isFIFO()) await fifo.write('\n').catch(() => undefined);
  } finally {
    await fifo.close();
  }
}
