import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileChange } from './assignment.ts';

type Write = { readonly change: FileChange; readonly content: Buffer | null };

/**
 * Makes a commit's change on the files as they are, each merged from three sides as `git apply --3way` does; without the
 * blobs of the commit's parent in the repository, git itself could not. Changes nothing and gives false where it conflicts.
 */
export function applyChange(
  folder: string,
  changes: readonly FileChange[],
  workspace: string,
): boolean {
  const writes: Write[] = [];
  for (const [at, change] of changes.entries()) {
    const merged = mergedFile(folder, { at, change, now: contentOf(join(workspace, change.path)) });
    if (merged === 'conflict') return false;
    writes.push({ change, content: merged });
  }
  for (const write of writes) put(workspace, write);
  return true;
}

/** Makes the files what the commit left, whatever they are. */
export function leaveFiles(
  folder: string,
  changes: readonly FileChange[],
  workspace: string,
): void {
  for (const [at, change] of changes.entries()) {
    const content = change.modeAfter === null ? null : readFileSync(join(folder, `after-${at}`));
    put(workspace, { change, content });
  }
}

type File = { readonly at: number; readonly change: FileChange; readonly now: Buffer | null };

function mergedFile(folder: string, { at, change, now }: File): Buffer | null | 'conflict' {
  const [before, after] = [
    change.modeBefore === null ? null : readFileSync(join(folder, `before-${at}`)),
    change.modeAfter === null ? null : readFileSync(join(folder, `after-${at}`)),
  ];
  if (isSame(now, before)) return after;
  if (isSame(now, after)) return now;
  if (now === null || before === null || after === null) return 'conflict';
  const place = join(folder, `now-${process.pid}`);
  writeFileSync(place, now);
  const names = [place, join(folder, `before-${at}`), join(folder, `after-${at}`)];
  const { status, stdout } = spawnSync('git', ['merge-file', '--stdout', ...names], {
    maxBuffer: 1 << 28,
  });
  rmSync(place);
  return status === 0 ? stdout : 'conflict';
}

function isSame(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}

/** What git would store of a path; null where there is no file. */
function contentOf(path: string): Buffer | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isDirectory()) return null;
  return stat.isSymbolicLink() ? Buffer.from(readlinkSync(path)) : readFileSync(path);
}

function put(workspace: string, { change, content }: Write): void {
  const path = join(workspace, change.path);
  const isLink = change.modeAfter === '120000';
  // What is there may be a link, through which nothing is written, or a folder.
  if (content === null || isLink || !lstatSync(path, { throwIfNoEntry: false })?.isFile())
    rmSync(path, { recursive: true, force: true });
  if (content === null) return;
  mkdirSync(dirname(path), { recursive: true });
  if (isLink) symlinkSync(content.toString(), path);
  else {
    writeFileSync(path, content);
    chmodSync(path, change.modeAfter === '100755' ? 0o755 : 0o644);
  }
}
