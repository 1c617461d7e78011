import type { Git } from '../git/git.ts';
import { findHistory, readHistoryByIds } from '../git/history.ts';
import { promisorOf } from '../git/partial-clone.ts';

/** A past commit with its files by their paths of today. */
export type Change = {
  /** The full id. */
  readonly commit: string;
  /** Whether it has no parent: it brings a whole project in, and says nothing about a task's size. */
  readonly isRoot: boolean;
  readonly message: string;
  readonly at: number;
  readonly paths: readonly string[];
  readonly size: number;
  readonly added: number;
};

type Options = {
  readonly git: Git;
  readonly commit: string;
  /** At most this many commits are read. */
  readonly limit: number;
  readonly signal?: AbortSignal;
};

const robots =
  /\[bot\]|\bbot@|dependabot|renovate|greenkeeper|semantic-release|github-actions|-bot\b|\bbot\b/iu;
const releases =
  /^(?:v?\d+\.\d+\.\d+\S*$|(?:chore(?:\([^)]*\))?: )?(?:release\b|publish\b|version packages))/iu;
const mostMessage = 800;
/** Beyond this size, a commit changes the whole repository and says nothing about what belongs together. */
const mostFiles = 400;

/** The commits that people wrote, newest first, with renames followed: each file goes by the name that it has now. */
export async function readHistory({ git, commit, limit, signal }: Options): Promise<Change[]> {
  const format = '%x01%H%x02%P%x02%ct%x02%an <%ae>%x02%B%x03';
  const options = signal === undefined ? {} : { signal };
  const params = { commit, most: limit, format, options };
  // Equal ids show a rename without any contents: those that a partial clone misses would be fetched one by one.
  const isPartial = (await promisorOf(git)) !== null;
  const whole = isPartial ? null : await findHistory(git, params);
  // Contents may be missing in other ways, too.
  const log = whole ?? (await readHistoryByIds(git, params));
  const present = new Map<string, string>();
  return log.split('\u0001').flatMap((record) => readChange(record, present));
}

function readChange(record: string, present: Map<string, string>): Change[] {
  const end = record.indexOf('\u0003');
  if (end < 0) return [];
  const [commit = '', parents = '', at = '', author = '', message = ''] = record
    .slice(0, end)
    .split('\u0002');
  const { paths, added } = readPaths(record.slice(end + 1), present);
  const isUseful = paths.length > 0 && paths.length <= mostFiles;
  if (!isUseful || robots.test(author) || releases.test(message.split('\n', 1)[0] ?? '')) return [];
  const plain = plainMessage(message);
  const isRoot = parents === '';
  return [{ commit, isRoot, message: plain, at: Number(at), paths, size: paths.length, added }];
}

/** Reads `status NUL path NUL …`, a rename with two paths; `present` maps an older name to today's. */
function readPaths(
  text: string,
  present: Map<string, string>,
): { readonly paths: string[]; readonly added: number } {
  const fields = text.split('\0');
  const tokens = fields.map(withoutBreak).filter((field) => field !== '');
  const paths: string[] = [];
  let added = 0;
  for (let at = 0; at + 1 < tokens.length; at += 2) {
    const status = tokens[at] ?? '';
    const isRename = status.startsWith('R') || status.startsWith('C');
    const path = tokens[isRename ? at + 2 : at + 1] ?? '';
    const now = present.get(path) ?? path;
    if (isRename) {
      if (status.startsWith('R')) present.set(tokens[at + 1] ?? '', now);
      at += 1;
    }
    if (status === 'A') added += 1;
    paths.push(now);
  }
  return { paths, added };
}

/** A line break stands between a message and what changed. */
function withoutBreak(field: string): string {
  return field.startsWith('\n') ? field.replace(/^\n+/u, '') : field;
}

function plainMessage(message: string): string {
  return message
    .replaceAll(/^(?:co-authored-by|signed-off-by|change-id|reviewed-by):.*$/gimu, '')
    .replaceAll(/\(#\d+\)/gu, '')
    .trim()
    .slice(0, mostMessage);
}
