import type { WorkStatus } from './salvage/work-status.ts';

/** A repository inside a workspace that its own does not know; null when there is none. Of a status with all files. */
export function findInnerRepository({ entries }: WorkStatus): string | null {
  // Git looks into every untracked directory but another repository's, whose entry keeps its slash.
  return entries.find(({ kind, path }) => kind === 'untracked' && path.endsWith('/'))?.path ?? null;
}
