/**
 * The rehearsal agent: stands in for a coding agent in the demo, without a network, a model or a cost. It reads its
 * prompt on standard input, works on one of the sample repository's tasks in the current directory, and says in short
 * lines what it does. The code it writes was written beforehand; everything else it really does.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { findRehearsal, isAboutFailedCheck, type Rehearsal, type Try } from './rehearsal.ts';

const run = promisify(execFile);

/** Milliseconds that it seems to think before a step. */
const thinking = { start: 400, read: 250, write: 400, test: 200, commit: 300 } as const;
const pace = Number(process.env['REHEARSAL_PACE'] ?? 1);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function think(step: keyof typeof thinking): Promise<void> {
  await pause(thinking[step] * pace);
}

async function rehearse(prompt: string): Promise<void> {
  const rehearsal = findRehearsal(prompt);
  if (rehearsal === null) {
    throw new Error(
      'none of the five tasks of `flotilla demo` is in the prompt; it knows no others',
    );
  }
  const isFixing = isAboutFailedCheck(prompt);
  say(isFixing ? 'Reading what the check said' : `Looking into "${rehearsal.title}"`);
  await think('start');
  await work(rehearsal, chooseTry(rehearsal, isFixing));
}

/** Work that is already there was done by an attempt before this one. */
function chooseTry(rehearsal: Rehearsal, isFixing: boolean): Try {
  const isFirst = !isFixing && !rehearsal.writes.some((path) => existsSync(path));
  return (isFirst ? rehearsal.firstTry : undefined) ?? rehearsal.try;
}

async function work(rehearsal: Rehearsal, chosen: Try): Promise<void> {
  for (const path of rehearsal.reads) await read(path);
  for (const path of rehearsal.writes) await write(path, chosen.folders);
  if (chosen.runsTests) await runTests();
  if (chosen.commit !== null) await commit(rehearsal.writes, chosen.commit);
  say(chosen.claim);
}

async function read(path: string): Promise<void> {
  await think('read');
  say(`Reading ${path}`);
  await readFile(path);
}

async function write(path: string, folders: readonly string[]): Promise<void> {
  const sources = folders.map(
    (folder) => new URL(`./rehearsed/${folder}/${path}`, import.meta.url),
  );
  const source = sources.find((candidate) => existsSync(candidate));
  if (source === undefined) throw new Error(`nothing was rehearsed for ${path}`);
  const content = await readFile(source, 'utf8');
  if (existsSync(path) && (await readFile(path, 'utf8')) === content) return;
  await think('write');
  say(`Writing ${path}`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

async function runTests(): Promise<void> {
  await think('test');
  say('Running npm test');
  try {
    await run('npm', ['test']);
  } catch (error) {
    // What Node's test runner reports stands on standard output, which the error's message leaves out.
    if (error instanceof Error && 'stdout' in error) say(String(error.stdout));
    throw error;
  }
}

async function commit(paths: readonly string[], subject: string): Promise<void> {
  await think('commit');
  await run('git', ['add', '--', ...paths]);
  const { stdout: staged } = await run('git', ['diff', '--cached', '--name-only']);
  if (staged === '') return;
  say(`Committing "${subject}"`);
  // Asking for the passphrase of a signing key would hang an unattended demo.
  await run('git', ['-c', 'commit.gpgSign=false', 'commit', '--quiet', '-m', subject]);
}

try {
  await rehearse(await text(process.stdin));
} catch (error) {
  process.stderr.write(
    `rehearsal agent: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
}
