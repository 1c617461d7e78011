/** The scripts of a `package.json`, by name. */
export type Scripts = ReadonlyMap<string, string>;

/** What `npm run` could run by a manifest's text; nothing for one that is missing or broken. */
export function readScripts(manifest: string | null): Scripts {
  const { scripts } = readManifest(manifest);
  if (typeof scripts !== 'object' || scripts === null) return new Map();
  const isText = (entry: [string, unknown]): entry is [string, string] =>
    typeof entry[1] === 'string';
  return new Map(Object.entries(scripts).filter(isText));
}

/** The parts of a manifest that say how tests are run: its scripts, and what test runners read in it. */
export function readTestParts(manifest: string | null): unknown {
  const { scripts, jest, vitest, mocha, ava, tap, nyc, c8 } = readManifest(manifest);
  return { scripts, jest, vitest, mocha, ava, tap, nyc, c8 };
}

/** Whether anything has to be installed before a project's scripts can run. */
export function needsInstall(manifest: string | null): boolean {
  const { dependencies, devDependencies, optionalDependencies, workspaces } =
    readManifest(manifest);
  return [dependencies, devDependencies, optionalDependencies, workspaces].some(
    (part) => typeof part === 'object' && part !== null && Object.keys(part).length > 0,
  );
}

/** The package manager that a manifest names in `packageManager`; npm where it names none. */
export function packageManagerOf(manifest: string | null): 'npm' | 'pnpm' | 'yarn' | 'bun' {
  const { packageManager } = readManifest(manifest);
  const name = /^(pnpm|yarn|bun)@/u.exec(String(packageManager))?.[1];
  return name === 'pnpm' || name === 'yarn' || name === 'bun' ? name : 'npm';
}

function readManifest(manifest: string | null): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(manifest ?? '{}');
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

/** A script with those that npm runs before and after it. */
export function withHooks(name: string): string[] {
  return [`pre${name}`, name, `post${name}`];
}

const runners =
  /\b(?:npm|pnpm|yarn|bun|run-[sp]|npm-run-all2?|concurrently|wireit|turbo|nx|lerna)\b/u;

/** The scripts that a script starts by way of a runner, at any remove, with their hooks; seen, not proven. */
export function calledScripts(scripts: Scripts, roots: readonly string[]): Set<string> {
  const called = new Set<string>();
  const follow = (name: string): void => {
    const text = scripts.get(name) ?? '';
    if (!runners.test(text)) return;
    const words = text.split(/[^\w:.@/*-]+/u);
    for (const next of scripts.keys()) {
      if (called.has(next) || !words.some((word) => isNamedBy(next, word))) continue;
      withHooks(next).forEach((each) => called.add(each));
      withHooks(next).forEach(follow);
    }
  };
  roots.flatMap(withHooks).forEach(follow);
  return called;
}

/** `test:*` is how the usual runners name a whole group of scripts. */
function isNamedBy(name: string, word: string): boolean {
  const start = /^[^*]+(?=\*+$)/u.exec(word)?.[0];
  return start === undefined ? word === name : name.startsWith(start);
}

/** The shell command that runs a script's text, hooks and all, whatever the manifest at hand says; null without it. */
export function scriptCommand(scripts: Scripts, name: string, more = ''): string | null {
  if (!scripts.has(name)) return null;
  return withHooks(name)
    .filter((each) => scripts.has(each))
    .map((each) => `${scripts.get(each) ?? ''}${each === name ? more : ''}`)
    .map((text) => `npm exec --yes=false --call ${quote(text)}`)
    .join(' && ');
}

/** Quotes a word for a POSIX shell. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
