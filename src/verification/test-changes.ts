import { readChangedLines } from '../git/diffs.ts';
import type { Git } from '../git/git.ts';
import type { ChangedFile } from '../model/event/task-event.ts';
import { hasTestName, isTestPath } from '../model/plan/test-path.ts';
import { codeInNote } from './code-in-note.ts';
import { touchedPaths } from './scope.ts';

const skipMark =
  /\b(?:it|test|describe|suite|context)\.(?:skip|only|todo)\b|\bx(?:it|describe|test)\(|@(?:pytest\.mark\.|unittest\.)(?:skip|xfail)|\bpytest\.skip\(|\bt\.Skip(?:f|Now)?\(|#\[ignore|@Disabled|@Ignore|\bskip:\s*true/u;
const testCase =
  /^\s*(?:(?:it|test)(?:\.each[^(]*|\s*)\(|(?:async\s+)?def test_|func Test\w|#\[(?:tokio::)?test\]|@Test\b)/u;

/** The commit that a branch started from, and the one that it is at. */
type Range = { readonly baseSha: string; readonly head: string };

/** What a branch removes from the tests that would judge it, in sentences for the reviewer. */
export async function describeTestChanges(
  git: Git,
  range: Range,
  files: readonly ChangedFile[],
): Promise<string[]> {
  const tests = files.filter((file) => touchedPaths(file).some(isTestPath));
  const isGone = (file: ChangedFile): boolean => file.change === 'deleted' || isMovedAway(file);
  const gone = tests.filter(isGone).map(describeGone);
  const tally = { skipped: 0, fewer: 0 };
  const between = { from: range.baseSha, to: range.head };
  for (const paths of inArguments(tests.filter((file) => !isGone(file)).map(touchedPaths))) {
    const { skipped, fewer } = tallyDiff(await readChangedLines(git, { ...between, paths }));
    tally.skipped += skipped;
    tally.fewer += fewer;
  }
  return [...gone, ...describeTally(tally)];
}

/** Whether a change removes a test from those that a runner finds. */
export function isTestGone(file: ChangedFile): boolean {
  const isTest = touchedPaths(file).some(isTestPath);
  return isTest && (file.change === 'deleted' || isMovedAway(file));
}

/** Whether a diff removes more tests, or skips more, than it adds. */
export function isWeakening(diff: string): boolean {
  const { skipped, fewer } = tallyDiff(diff);
  return skipped > 0 || fewer > 0;
}

/** Whether a rename turns a test into a file that no runner would take for one: that amounts to a deletion. */
function isMovedAway({ path, from }: ChangedFile): boolean {
  if (from === undefined || !isTestPath(from)) return false;
  return !isTestPath(path) || (hasTestName(from) && !hasTestName(path));
}

function describeGone({ path, from }: ChangedFile): string {
  if (from === undefined) return `It deletes the test file ${codeInNote(path)}.`;
  return `It deletes the test file ${codeInNote(from)}: renamed to ${codeInNote(path)}, it is no longer a test.`;
}

/** What the arguments of one call may take: well below what the system allows, on any system. */
const mostArgumentBytes = 64_000;

/** Deals paths out to as many calls as their length needs; the two of a rename stay together. */
function inArguments(groups: readonly (readonly string[])[]): string[][] {
  const calls: string[][] = [];
  let room = 0;
  for (const group of groups) {
    const bytes = group.reduce((sum, path) => sum + Buffer.byteLength(path) + 1, 0);
    if (calls.length === 0 || bytes > room) {
      calls.push([]);
      room = mostArgumentBytes;
    }
    calls.at(-1)?.push(...group);
    room -= bytes;
  }
  return calls;
}

/** How many more tests a diff skips, and removes, than it does the opposite. */
type Tally = { readonly skipped: number; readonly fewer: number };

function tallyDiff(diff: string): Tally {
  const lines = diff.split('\n');
  const added = lines.filter((line) => line.startsWith('+') && !line.startsWith('+++'));
  const removed = lines.filter((line) => line.startsWith('-') && !line.startsWith('---'));
  const count = (where: readonly string[], what: RegExp): number =>
    where.filter((line) => what.test(line.slice(1))).length;
  return {
    skipped: count(added, skipMark) - count(removed, skipMark),
    fewer: count(removed, testCase) - count(added, testCase),
  };
}

function describeTally({ skipped, fewer }: Tally): string[] {
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
