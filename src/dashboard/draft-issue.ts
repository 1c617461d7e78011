import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { KnownRepository } from '../app/glance-runs.ts';
import { replaceFile } from '../files/replace-file.ts';
import { exitCodes } from '../model/state/run-status.ts';
import type { DraftPage } from './page-data.ts';
import type { PageCommands } from './page-commands.ts';

/**
 * Puts the text of an issue into a file of ours and plans it there. It is kept by its title, so that the same issue typed
 * on is the same issue: a run of it goes on with the edited text.
 */
export async function planDraft(
  { folder, repository }: KnownRepository,
  text: string,
  commands: PageCommands,
): Promise<DraftPage> {
  const drafts = join(folder, 'drafts');
  await mkdir(drafts, { recursive: true, mode: 0o700 });
  const path = join(drafts, `${nameOf(text)}.md`);
  await replaceFile(path, text.endsWith('\n') ? text : `${text}\n`);
  const args = ['orchestrate', path, '--dry-run', '--json'];
  const { code, output, errors } = await commands.run(args, repository);
  return { path, plan: planIn(output), words: errors, isRefused: code === exitCodes.validation };
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
