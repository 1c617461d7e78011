import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readScripts, withHooks, type Scripts } from './manifest-scripts.ts';

/** What test runners read in a `package.json`. */
const runnerParts = ['jest', 'vitest', 'mocha', 'ava', 'tap', 'nyc', 'c8'] as const;

/** Parts of files which hold a project's dependencies, too: those that say how tests are run. */
const testSection =
  /^\s*\[+\s*(?:tool[.:]\s*)?(?:pytest|tox|testenv|coverage|nox|unittest|lib|bin|test|profile\.test)\b[^\]]*\]/u;

/** Whether a file names a project's dependencies in addition to how its tests are run. */
export function hasTestSections(path: string): boolean {
  return /(?:^|\/)(?:Cargo\.toml|pyproject\.toml|setup\.cfg|tox\.ini)$/u.test(path);
}

/** Whether what such a file says of tests differs between two versions of it. */
export function differInTests(one: string | null, other: string | null): boolean {
  return testSections(one) !== testSections(other);
}

function testSections(text: string | null): string {
  let isInside = false;
  const kept = (text ?? '').split('\n').filter((line) => {
    if (/^\s*\[/u.test(line)) isInside = testSection.test(line);
    return isInside && line.trim() !== '';
  });
  return kept.join('\n');
}

type Manifest = Record<string, unknown>;

function readManifest(text: string | null): Manifest | null {
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? { ...parsed }
      : null;
  } catch {
    return null;
  }
}

/** Whether a manifest's scripts of these names (null: any that it had), or what runners read in it, were changed. */
export function isManifestRedirected(
  before: string | null,
  after: string | null,
  names: ReadonlySet<string> | null,
): boolean {
  const [old, now] = [readScripts(before), readScripts(after)];
  const watched = names ?? new Set([...old.keys()].flatMap(withHooks));
  if ([...watched].some((name) => old.get(name) !== now.get(name))) return true;
  const [first, second] = [readManifest(before) ?? {}, readManifest(after) ?? {}];
  return runnerParts.some((part) => !isDeepStrictEqual(first[part], second[part]));
}

/** A manifest with the scripts and the runners' settings that it had before, and all else as it is; null: not possible. */
export function withOldTests(before: string | null, after: string | null): string | null {
  const [old, now] = [readManifest(before), readManifest(after)];
  if (old === null || now === null) return null;
  const scripts = oldScripts(readScripts(before), readScripts(after));
  const merged: Manifest = { ...now, scripts: Object.fromEntries(scripts) };
  for (const part of runnerParts) {
    delete merged[part];
    if (old[part] !== undefined) merged[part] = old[part];
  }
  return `${JSON.stringify(merged, null, 2)}\n`;
}

/** Scripts that are new stay, but none that npm would run before or after an old one. */
function oldScripts(old: Scripts, now: Scripts): Map<string, string> {
  const hooks = new Set([...old.keys()].flatMap(withHooks));
  const fresh = [...now].filter(([name]) => !hooks.has(name));
  return new Map([...old, ...fresh]);
}

/** Whether a path is that of a `package.json`. */
export function isManifest(path: string): boolean {
  return posix.basename(path) === 'package.json';
}
