import type { Git } from '../../git/git.ts';
import { readStatusRecords } from '../../git/work-tree.ts';

/** What git says of a workspace. */
export type WorkStatus = {
  readonly head: string;
  /** Null when HEAD is detached. */
  readonly branch: string | null;
  readonly entries: readonly StatusEntry[];
};

export type StatusEntry = {
  /** Relative to the root, as `pathOfBytes` has it; an untracked directory that was not looked into ends in `/`. */
  readonly path: string;
  readonly kind: 'changed' | 'untracked' | 'unmerged' | 'submodule';
};

/** Reads a workspace's state; `normal` names an untracked directory, `all` the files in it. */
export async function readStatus(git: Git, untracked: 'normal' | 'all'): Promise<WorkStatus> {
  const lines = await readStatusRecords(git, untracked);
  const header = (name: string): string =>
    lines.find((line) => line.startsWith(`# ${name} `))?.slice(name.length + 3) ?? '';
  const branch = header('branch.head');
  return {
    head: header('branch.oid'),
    branch: branch === '(detached)' ? null : branch,
    entries: lines.flatMap(entryOf),
  };
}

/** Paths come after a fixed number of fields: 8 for a changed entry, 10 for an unmerged one. */
function entryOf(line: string): StatusEntry[] {
  switch (line[0]) {
    case '1':
      return [
        {
          kind: line.split(' ')[2]?.[0] === 'S' ? 'submodule' : 'changed',
          path: afterFields(line, 8),
        },
      ];
    case 'u':
      return [{ kind: 'unmerged', path: afterFields(line, 10) }];
    case '?':
      return [{ kind: 'untracked', path: line.slice(2) }];
    default:
      return [];
  }
}

function afterFields(line: string, count: number): string {
  let at = 0;
  for (let field = 0; field < count; field += 1) at = line.indexOf(' ', at) + 1;
  return line.slice(at);
}
