import { streamChanges } from '../git/diffs.ts';
import type { Git } from '../git/git.ts';
import { readCommitsBetween, readObjectsBetween } from '../git/history.ts';
import { readBlobSizes } from '../git/objects.ts';

/** What the commits of a branch bring that its base has not. */
export type NewContent = {
  /** Names of commits. */
  readonly commits: readonly string[];
  readonly blobs: readonly NewBlob[];
  /** Paths that appear for the first time, each byte a character; those of folders end without a slash. */
  readonly names: ReadonlySet<string>;
};

export type NewBlob = {
  readonly blob: string;
  readonly bytes: number;
  /** All the paths that it has had, each byte a character: git does not ask for UTF-8. */
  readonly paths: readonly string[];
  /** What the base has at these paths. */
  readonly before: readonly string[];
};

export type Range = {
  readonly git: Git;
  readonly baseSha: string;
  readonly head: string;
};

/** What git reads here is what is pushed: nothing that replaces another object or hides a parent counts. */
export const asPushed: NodeJS.ProcessEnv = {
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_GRAFT_FILE: '/dev/null',
};

/** Lists every commit, every version of every file, and every name that the commits between two bring. */
export async function listNewContent(range: Range): Promise<NewContent> {
  const { git, baseSha, head } = range;
  const between = { base: baseSha, head };
  const options = { env: asPushed };
  const commits = await readCommitsBetween(git, between, options);
  const objects = await readObjectsBetween(git, between, options);
  const sizes = await readBlobSizes(git, objects, options);
  const changes = await listChanges(git, commits, new Set(sizes.keys()));
  return {
    commits: commits.split('\n').filter((name) => name !== ''),
    names: changes.names,
    blobs: [...sizes].map(([blob, bytes]) => {
      const { paths, before } = changes.places.get(blob) ?? { paths: [], before: [] };
      return { blob, bytes, paths: [...paths], before: [...before] };
    }),
  };
}

type Places = { readonly paths: Set<string>; readonly before: Set<string> };
type Changes = { readonly places: Map<string, Places>; readonly names: Set<string> };

/** Compares each commit with each of its parents, so that nothing that only a merge brings is left out. */
async function listChanges(
  git: Git,
  commits: string,
  isNew: ReadonlySet<string>,
): Promise<Changes> {
  const found: Changes = { places: new Map(), names: new Set() };
  const take = changeRecords((change) => noteChange(found, change, isNew));
  await streamChanges(git, commits, {
    env: asPushed,
    onOutput: (chunk) => take(chunk.toString('latin1')),
  });
  return found;
}

/** One line of a raw difference. */
type Change = {
  readonly old: string;
  readonly now: string;
  readonly status: string;
  readonly path: string;
};

function noteChange(
  { places, names }: Changes,
  { old, now, status, path }: Change,
  isNew: ReadonlySet<string>,
): void {
  if (status === 'A') names.add(path);
  if (!isNew.has(now)) return;
  let place = places.get(now);
  if (place === undefined) places.set(now, (place = { paths: new Set(), before: new Set() }));
  place.paths.add(path);
  if (!isNew.has(old) && !/^0+$/u.test(old)) place.before.add(old);
}

/** Takes apart `:mode mode old new status NUL path NUL`, cut anywhere. */
function changeRecords(onChange: (change: Change) => void): (piece: string) => void {
  let rest = '';
  let head: string | null = null;
  return (piece) => {
    const parts = (rest + piece).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      if (head === null) head = part;
      else {
        const [, , old = '', now = '', status = ''] = head.split(' ');
        onChange({ old, now, status: status.slice(0, 1), path: part });
        head = null;
      }
    }
  };
}
