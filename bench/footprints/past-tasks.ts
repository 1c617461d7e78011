import type { Git } from '../../src/git/git.ts';
import type { SubTask } from '../../src/model/issue/issue.ts';

/** A commit taken as a task: its message is the text, what it touched the truth. */
export type PastTask = {
  readonly commit: string;
  readonly parent: string;
  readonly message: string;
  /** Every path it touched, new ones included. */
  readonly touched: readonly string[];
};

/** Tasks that followed one another, as if they had been planned together; the first is the oldest. */
export type Wave = { readonly base: string; readonly tasks: readonly PastTask[] };

const robots = /\[bot\]|dependabot|renovate|greenkeeper|-bot\b|\bbot\b|github-actions/iu;
const chores =
  /^v?\d+\.\d+|\brelease\b|version packages|\bbump(?:s|ed)?\b|\bdeps\b|update dependenc|update [\w@/.-]+ to v?\d|upgrade .* to v?\d|\bcanary\b|^publish\b|^prepare\b|^revert\b|^merge\b|^applying package updates\b|^change files$/iu;
const locks =
  /(?:^|\/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|go\.sum|poetry\.lock|uv\.lock|composer\.lock|Gemfile\.lock|npm-shrinkwrap\.json)$/u;
const mostFiles = 30;

/** The commits of a history that a person could have been given as tasks, newest first. */
export async function readPastTasks(
  git: Git,
  head: string,
  limit: number,
  { isFirstParent = false } = {},
): Promise<PastTask[]> {
  const log = await git.run([
    'log',
    ...(isFirstParent ? ['--first-parent'] : []),
    '-n',
    String(limit),
    '--no-merges',
    '--no-renames',
    '-z',
    '--name-only',
    '--format=%x01%H%x02%P%x02%an <%ae>%x02%B%x03',
    head,
    '--',
  ]);
  return log.split('\u0001').flatMap((record) => {
    const end = record.indexOf('\u0003');
    const [commit = '', parent = '', author = '', body = ''] = record.slice(0, end).split('\u0002');
    const touched = record
      .slice(end + 1)
      .split('\0')
      .map((path) => path.replace(/^\n+/u, ''))
      .filter((path) => path !== '');
    const subject = body.split('\n', 1)[0] ?? '';
    const isTask =
      end > 0 &&
      /^[\da-f]{40}$/u.test(parent) &&
      touched.length > 0 &&
      touched.length <= mostFiles &&
      !robots.test(author) &&
      !chores.test(subject) &&
      !touched.every((path) => locks.test(path));
    return isTask ? [{ commit, parent, message: plain(body), touched }] : [];
  });
}

function plain(body: string): string {
  return body
    .replaceAll(/^(?:co-authored-by|signed-off-by|change-id|reviewed-by):.*$/gimu, '')
    .replaceAll(/\(#\d+\)/gu, '')
    .trim()
    .slice(0, 4_000);
}

/** Takes waves of `size` from all over a history, evenly spread. */
export function wavesOf(tasks: readonly PastTask[], count: number, size: number): Wave[] {
  const starts = Math.floor(tasks.length / size);
  const step = Math.max(1, starts / count);
  return Array.from({ length: Math.min(count, starts) }, (_, at) => {
    const start = Math.floor(at * step) * size;
    const wave = tasks.slice(start, start + size).toReversed();
    return { base: wave[0]?.parent ?? '', tasks: wave };
  });
}

/** What a plan would have of a task with this text, whose first line is its title. */
export function taskOf(ordinal: number, message: string): SubTask {
  const [title = '', ...body] = message.split('\n');
  const description = body.join('\n');
  const lines = { start: ordinal, end: ordinal };
  const nothing = { acceptance: [], reference: null, phase: 1, after: [], afterIssues: [] };
  return { ordinal, title, description, lines, ...nothing };
}
