import type { Git } from '../git/git.ts';
import type { ChangedFile } from '../model/event.ts';

const testPath =
  /(?:^|\/)(?:tests?|__tests__|specs?)\/|(?:[._-](?:test|spec|tests|specs)\.\w+|_test\.\w+)$|(?:^|\/)test_[^/]+\.py$/u;
const skipMark =
  /\b(?:it|test|describe|suite|context)\.(?:skip|only|todo)\b|\bx(?:it|describe|test)\(|@(?:pytest\.mark\.|unittest\.)(?:skip|xfail)|\bpytest\.skip\(|\bt\.Skip(?:f|Now)?\(|#\[ignore|@Disabled|@Ignore|\bskip:\s*true/u;
const testCase =
  /^\s*(?:(?:it|test)(?:\.each[^(]*)?\s*\(|(?:async\s+)?def test_|func Test\w|#\[(?:tokio::)?test\]|@Test\b)/u;

/** Whether a path is that of a test, by the conventions of the usual languages. */
export function isTestPath(path: string): boolean {
  return testPath.test(path);
}

/** What a branch takes away from the tests that would judge it, in sentences for the reviewer. */
export async function describeTestChanges(
  git: Git,
  baseSha: string,
  files: readonly ChangedFile[],
): Promise<string[]> {
  const tests = files.filter(({ path }) => isTestPath(path));
  const deleted = tests.filter(({ change }) => change === 'deleted');
  const notes = deleted.map(({ path }) => `It deletes the test file \`${path}\`.`);
  const changed = tests.filter(({ change }) => change !== 'deleted').map(({ path }) => path);
  if (changed.length === 0) return notes;
  const diff = await git.run(
    [
      'diff',
      '-U0',
      '-M',
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
      baseSha,
      'HEAD',
      '--',
      ...changed,
    ],
    { env: { GIT_LITERAL_PATHSPECS: '1' } },
  );
  return [...notes, ...describeDiff(diff)];
}

function describeDiff(diff: string): string[] {
  const lines = diff.split('\n');
  const added = lines.filter((line) => line.startsWith('+') && !line.startsWith('+++'));
  const removed = lines.filter((line) => line.startsWith('-') && !line.startsWith('---'));
  const count = (where: readonly string[], what: RegExp): number =>
    where.filter((line) => what.test(line.slice(1))).length;
  const skipped = count(added, skipMark) - count(removed, skipMark);
  const fewer = count(removed, testCase) - count(added, testCase);
  return [
    ...(skipped > 0
      ? [`It marks ${skipped} more ${plural(skipped, 'test')} as skipped or exclusive.`]
      : []),
    ...(fewer > 0 ? [`It removes ${fewer} more ${plural(fewer, 'test')} than it adds.`] : []),
  ];
}

function plural(count: number, word: string): string {
  return count === 1 ? word : `${word}s`;
}
