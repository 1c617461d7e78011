import { posix } from 'node:path';
import { hasTestName, isTestPath } from '../model/plan/test-path.ts';
import type { ReadBase } from './check.ts';

/** Files that only say how to check: by their kind, where they lie, or what they are called. */
const scriptPath = new RegExp(
  [
    String.raw`\.(?:sh|bash|zsh|ksh|mk|bats)$`,
    String.raw`(?:^|/)(?:scripts?|tools?|\.?ci|hack|bin|checks?|verify)/`,
    String.raw`(?:^|[/._-])(?:tests?|specs?|checks?|verify|lint|ci)(?:[._-]\w*)*$`,
  ].join('|'),
  'iu',
);

/** Where products have their code: what a check runs of it is what is checked. */
const productPath = /^(?:src|lib|app|apps|packages|cmd|internal|pkg)\//u;

/** What a shell command starts: a path of its own, or the program of an interpreter. */
const started =
  /(?:^|[;&|(]|\b(?:then|do|else|exec)\s)\s*(?:\w+=\S*\s+)*(?:(?:sh|bash|dash|zsh|ksh|node|bun|tsx|python3?|ruby|perl|php)\s+(?:-\S+\s+)*)?(?<path>[\w./-]+)/gmu;

/** A check consists of no more than these. */
const mostFiles = 200;

/**
 * The files that say what checks do: those that their commands name or start, and what these name in turn, as far as
 * they are scripts and tests rather than what is checked.
 */
export async function findCheckFiles(order: {
  readonly commands: readonly string[];
  readonly files: ReadonlySet<string>;
  readonly read: ReadBase;
}): Promise<Set<string>> {
  const found = new Set<string>();
  const follow = (text: string, folder: string): string[] =>
    pathsIn(text, folder, order.files).filter((path) => !found.has(path));
  const open = order.commands.flatMap((command) => follow(command, ''));
  for (let path = open.pop(); path !== undefined && found.size < mostFiles; path = open.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    // What a test names is what it tests.
    if (!hasTestName(path))
      open.push(...follow((await order.read(path)) ?? '', posix.dirname(path)));
  }
  return found;
}

function pathsIn(text: string, folder: string, files: ReadonlySet<string>): string[] {
  const starts = [...text.matchAll(started)].map(({ groups }) => groups?.['path'] ?? '');
  const places = (word: string): string[] =>
    [posix.normalize(word), posix.join(folder, word)].map((path) => path.replace(/^\/+/u, ''));
  const isStarted = new Set(starts.flatMap(places).filter((path) => !productPath.test(path)));
  const named = text
    .slice(0, 200_000)
    .split(/[\s'"`;&|()<>=$]+/u)
    .filter(Boolean)
    .flatMap(places);
  const isScript = (path: string): boolean => scriptPath.test(path) && !productPath.test(path);
  return [...new Set(named)].filter(
    (path) => files.has(path) && (isScript(path) || isTestPath(path) || isStarted.has(path)),
  );
}
