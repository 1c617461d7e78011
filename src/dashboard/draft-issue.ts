import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { KnownRepository } from '../app/glance-runs.ts';
import { replaceFile } from '../files/replace-file.ts';
import { openExistingJournal } from '../journal/sqlite-journal.ts';
import { exitCodes } from '../model/state/run-status.ts';
import type { DraftPage } from './page-data.ts';
import type { PageCommands } from './page-commands.ts';

/** Somebody who types a title leaves a draft behind at each pause: so many are kept that were not started. */
const mostDrafts = 20;

/**
 * Puts the text of an issue into a file of ours and plans it there, in a process of its own that the signal ends. It is
 * kept by its title, so that the same issue typed on is the same issue: a run of it goes on with the edited text.
 */
export async function planDraft(
  { drafts, journal, repository }: KnownRepository,
  text: string,
  { commands, signal }: { readonly commands: PageCommands; readonly signal: AbortSignal },
): Promise<DraftPage> {
  await mkdir(drafts, { recursive: true, mode: 0o700 });
  const path = join(drafts, `${nameOf(text)}.md`);
  await replaceFile(path, text.endsWith('\n') ? text : `${text}\n`);
  await sweep(drafts, journal);
  const args = ['orchestrate', path, '--dry-run', '--json'];
  const { code, output, errors } = await commands.runApart(args, repository, signal);
  return { path, plan: planIn(output), words: errors, isRefused: code === exitCodes.validation };
}

/** Whether a path is that of a draft as we wrote it. */
export async function isDraft({ drafts }: KnownRepository, path: string): Promise<boolean> {
  if (dirname(path) !== drafts || path !== join(drafts, basename(path))) return false;
  const found = await lstat(path).catch(() => null);
  return found?.isFile() ?? false;
}

/** Removes the oldest drafts that no run was started from. */
async function sweep(drafts: string, journal: string): Promise<void> {
  const names = (await readdir(drafts)).filter((name) => name.endsWith('.md'));
  if (names.length <= mostDrafts) return;
  const started = new Set(sourcesIn(journal));
  const open = names.map((name) => join(drafts, name)).filter((path) => !started.has(path));
  const dated = await Promise.all(
    open.map(async (path) => ({ path, at: (await lstat(path).catch(() => null))?.mtimeMs ?? 0 })),
  );
  const oldest = dated.toSorted((one, other) => other.at - one.at).slice(mostDrafts);
  await Promise.all(oldest.map(({ path }) => rm(path, { force: true })));
}

/** What the runs of a journal were started from. */
function sourcesIn(file: string): readonly string[] {
  const journal = openExistingJournal(file, () => new Date());
  try {
    return journal?.runs().map(({ source }) => source) ?? [];
  } finally {
    journal?.close();
  }
}

function nameOf(text: string): string {
  const title = /\S.*/u.exec(text)?.[0].replace(/^#+\s*/u, '') ?? '';
  const words = title
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/gu, '-')
    .slice(0, 40);
  const digest = createHash('sha256').update(title).digest('hex').slice(0, 8);
  return [...words.split('-').filter((word) => word !== ''), digest].join('-');
}

function planIn(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return null;
  }
}
