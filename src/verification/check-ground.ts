import { posix } from 'node:path';
import { listChangesWithRenames, readChangedLines } from '../git/diffs.ts';
import type { Git } from '../git/git.ts';
import { findBlob } from '../git/objects.ts';
import { listFiles } from '../git/trees.ts';
import type { ChangedFile } from '../model/event/task-event.ts';
import { hasTestName, isTestPath } from '../model/plan/test-path.ts';
import type { Check, ReadBase } from './check.ts';
import { checkCommands, configuresTests } from './configuration-changes.ts';
import { calledScripts, withHooks } from './manifest-scripts.ts';
import { touchedPaths } from './scope.ts';
import { isTestGone, isWeakening } from './test-changes.ts';
import {
  differInTests,
  hasTestSections,
  isManifest,
  isManifestRedirected,
} from './test-settings.ts';

/** What must be restored in a tree so that its checks are those of an earlier commit. */
export type ChangedGround = {
  /** Files that must be as they were. */
  readonly restored: readonly string[];
  /** Files that were not there. */
  readonly removed: readonly string[];
  /** Manifests of which the scripts and the settings of test runners must be as they were. */
  readonly manifests: readonly string[];
};

export type GroundParams = {
  /** Git that has both commits. */
  readonly git: Git;
  /** The checks as the first commit defines them. */
  readonly checks: readonly Check[];
  readonly first: string;
  readonly now: string;
};

/**
 * Finds what between two commits weakens or redirects the checks of the first: their scripts, the settings of test
 * runners, tests that were deleted or skipped. Null when nothing does. Tests that were added or extended do not.
 */
export async function findChangedGround(params: GroundParams): Promise<ChangedGround | null> {
  const { git, first, now } = params;
  if (first === now) return null;
  const changes = await readChanges(git, first, now);
  if (changes.length === 0) return null;
  const before = readerOf(git, first);
  const after = readerOf(git, now);
  const files = new Set(await listFiles(git, first));
  const commands = checkCommands(params.checks);
  const checkFiles = await findCheckFiles({ commands, files, read: before });
  const seen: Seen = { ...params, commands, checkFiles, before, after };
  const restored: string[] = [];
  const removed: string[] = [];
  const manifests: string[] = [];
  for (const change of changes) {
    const gone = wasThere(change);
    if (isManifest(change.path)) {
      if (await isRedirected(seen, change)) manifests.push(change.path);
    } else if (change.change === 'added') {
      if (isSetting(seen, change.path)) removed.push(change.path);
    } else if (gone !== null && (await isWeakened(seen, change, gone))) restored.push(gone);
  }
  if (restored.length + removed.length + manifests.length === 0) return null;
  const settings = [...restored.filter((path) => isSetting(seen, path)), ...removed, ...manifests];
  const isConfigured = settings.length > 0 || restored.some(hasTestSections);
  // Tests that came with other settings need these; they are run by the checks as they are now.
  const fresh = isConfigured ? changes.filter(isFreshTest).map(({ path }) => path) : [];
  return { restored, removed: [...new Set([...removed, ...fresh])], manifests };
}

type Seen = GroundParams & {
  readonly commands: readonly string[];
  readonly checkFiles: ReadonlySet<string>;
  readonly before: ReadBase;
  readonly after: ReadBase;
};

/** Where a file was at the first commit; null when it was not there. */
function wasThere({ change, path, from }: ChangedFile): string | null {
  return change === 'added' ? null : (from ?? path);
}

function isFreshTest({ change, path }: ChangedFile): boolean {
  return change === 'added' && hasTestName(path);
}

function isSetting({ commands }: Seen, path: string): boolean {
  if (/(?:^|\/)(?:GNUm|[Mm])akefile$/u.test(path))
    return commands.some((command) => /\bmake\b/u.test(command));
  return configuresTests(path);
}

async function isRedirected(
  { checks, before, after }: Seen,
  change: ChangedFile,
): Promise<boolean> {
  const { path } = change;
  const [old, now] = await Promise.all([before(change.from ?? path), after(path)]);
  return isManifestRedirected(old, now, path === 'package.json' ? usedScripts(checks) : null);
}

/** The scripts that the checks run; null when it is not known which. */
function usedScripts(checks: readonly Check[]): ReadonlySet<string> | null {
  const names = new Set<string>();
  for (const { definition } of checks) {
    if (definition?.kind !== 'scripts') return null;
    const { scripts, roots } = definition;
    for (const name of [...roots.flatMap(withHooks), ...calledScripts(scripts, roots)])
      names.add(name);
  }
  return names;
}

async function isWeakened(seen: Seen, change: ChangedFile, was: string): Promise<boolean> {
  const { git, first, now, before, after, checkFiles } = seen;
  if (checkFiles.has(was) || isTestGone(change) || isSetting(seen, was)) return true;
  if (hasTestSections(was)) return differInTests(await before(was), await after(change.path));
  if (!isTestPath(was)) return false;
  const paths = touchedPaths(change);
  return isWeakening(await readChangedLines(git, { from: first, to: now, paths }));
}

async function readChanges(git: Git, from: string, to: string): Promise<ChangedFile[]> {
  const changes = await listChangesWithRenames(git, from, to);
  return changes.map(({ status, ...where }) => {
    const change = kinds[status.slice(0, 1)] ?? 'modified';
    return { ...where, change, added: null, removed: null };
  });
}

const kinds: Readonly<Record<string, ChangedFile['change']>> = {
  A: 'added',
  D: 'deleted',
  R: 'renamed',
};

/** Reads a commit's files. */
export function readerOf(git: Git, commit: string): ReadBase {
  return (path) => findBlob(git, `${commit}:${path}`);
}

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
async function findCheckFiles(params: {
  readonly commands: readonly string[];
  readonly files: ReadonlySet<string>;
  readonly read: ReadBase;
}): Promise<Set<string>> {
  const found = new Set<string>();
  const follow = (text: string, folder: string): string[] =>
    pathsIn(text, folder, params.files).filter((path) => !found.has(path));
  const open = params.commands.flatMap((command) => follow(command, ''));
  for (let path = open.pop(); path !== undefined && found.size < mostFiles; path = open.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    // What a test names is what it tests.
    if (!hasTestName(path))
      open.push(...follow((await params.read(path)) ?? '', posix.dirname(path)));
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
