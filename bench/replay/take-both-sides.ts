import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeeds, type GitIn } from './git-in.ts';

/** Whether a merge stands open where git is called: begun, or with files that are not merged. */
export function hasMergeBegun(git: GitIn): boolean {
  return (
    succeeds(git, 'rev-parse', '--quiet', '--verify', 'MERGE_HEAD') ||
    git('ls-files', '--unmerged') !== ''
  );
}

/** Resolves each conflicted file with the additions of both sides, without markers; what only one side has stays. */
export function takeBothSides(git: GitIn, workspace: string): void {
  const entries = git('ls-files', '--unmerged', '-z').split('\0').filter(Boolean);
  const byPath = Map.groupBy(entries, (entry) => entry.slice(entry.indexOf('\t') + 1));
  for (const [path, stages] of byPath) {
    const blobs = new Map(
      stages.map((entry) => {
        const [, blob = '', stage = ''] = entry.slice(0, entry.indexOf('\t')).split(' ');
        return [Number(stage), blob] as const;
      }),
    );
    const [ours, theirs] = [blobs.get(2), blobs.get(3)];
    if (ours === undefined && theirs === undefined) git('rm', '--quiet', '--force', '--', path);
    else writeFileSync(join(workspace, path), unionOf(workspace, [blobs.get(1), ours, theirs]));
  }
}

function unionOf(workspace: string, blobs: readonly (string | undefined)[]): Buffer {
  const [base, ours, theirs] = blobs.map((blob) =>
    blob === undefined ? null : read(workspace, blob),
  );
  if (!ours || !theirs) return ours ?? theirs ?? Buffer.alloc(0);
  const folder = mkdtempSync(join(tmpdir(), 'replay-union-'));
  try {
    const names = ['ours', 'base', 'theirs'].map((name) => join(folder, name));
    for (const [at, content] of [ours, base ?? Buffer.alloc(0), theirs].entries())
      writeFileSync(names[at]!, content);
    const { status, stdout } = spawnSync('git', ['merge-file', '--stdout', '--union', ...names], {
      maxBuffer: 1 << 28,
    });
    // Binary files have no union: the base's side is taken.
    return status === 0 ? stdout : theirs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(cwd: string, blob: string): Buffer {
  return execFileSync('git', ['cat-file', 'blob', blob], { cwd, maxBuffer: 1 << 28 });
}
