import { isDeepStrictEqual } from 'node:util';
import type { ChangedFile } from '../model/event/task-event.ts';
import type { Check, ReadBase } from './check.ts';
import { codesInNote } from './code-in-note.ts';
import { calledScripts, readTestParts, withHooks } from './manifest-scripts.ts';
import { touchedPaths } from './scope.ts';

const manifest = /(?:^|\/)package\.json$/u;

/** Files by which the usual tools know which tests there are and how to run them; at the root, or of a part of the project. */
const configuration = new RegExp(
  [
    String.raw`(?:^|/)(?:GNUmakefile|[Mm]akefile|\.npmrc|bunfig\.toml)$`,
    String.raw`(?:^|/)(?:jest|vite|vitest|mocha|playwright|cypress|karma|ava)\.(?:config|workspace|setup)\.\w+$`,
    String.raw`(?:^|/)\.mocharc(?:\.\w+)?$`,
    String.raw`(?:^|/)(?:pyproject\.toml|\.?pytest\.ini|setup\.cfg|tox\.ini|noxfile\.py|conftest\.py)$`,
    String.raw`(?:^|/)(?:go\.mod|go\.work|Cargo\.toml|\.cargo/config(?:\.toml)?)$`,
    String.raw`(?:^|/)(?:pom\.xml|\.mvn/(?:maven\.config|jvm\.config)|(?:build|settings)\.gradle(?:\.kts)?|gradle\.properties)$`,
    String.raw`(?:^|/)(?:[^/]+\.(?:sln|slnx|[cf]sproj|vbproj|runsettings)|Directory\.Build\.(?:props|targets))$`,
    String.raw`(?:^|/)(?:mix\.exs|test/test_helper\.exs|\.rspec|Gemfile|Rakefile|spec/(?:spec|rails)_helper\.rb)$`,
    String.raw`^\.github/workflows/`,
  ].join('|'),
  'u',
);

export type ConfigurationParams = {
  readonly checks: readonly Check[];
  readonly files: readonly ChangedFile[];
  /** Files that the reviewer knows about already. */
  readonly told: ReadonlySet<string>;
  readonly readBase: ReadBase;
  readonly readBranch: ReadBase;
};

/**
 * What a branch changes that its checks depend on, in sentences for the reviewer: nothing wrong by itself,
 * but a check that passed on such a branch may not be the check that passed on its base.
 */
export async function describeConfigurationChanges(params: ConfigurationParams): Promise<string[]> {
  const touched = [...new Set(params.files.flatMap(touchedPaths))];
  const named = namedBy(params.checks);
  const run = touched.filter((path) => named.has(path));
  const rest = touched.filter((path) => !named.has(path) && !params.told.has(path));
  const isChanged = await Promise.all(rest.map((path) => changesTests(path, params)));
  const configured = rest.filter((_path, index) => isChanged[index]);
  return [
    ...(run.length > 0 ? [`It changes what the checks run: ${codesInNote(run)}.`] : []),
    ...(configured.length > 0
      ? [`It changes what can configure the checks: ${codesInNote(configured)}.`]
      : []),
  ];
}

async function changesTests(path: string, params: ConfigurationParams): Promise<boolean> {
  if (!manifest.test(path)) return configuration.test(path);
  const [before, after] = await Promise.all([params.readBase(path), params.readBranch(path)]);
  return !isDeepStrictEqual(readTestParts(before), readTestParts(after));
}

/** Files that say how tests are run, and hold nothing else that later work needs. */
export function configuresTests(path: string): boolean {
  return configuration.test(path) && !path.startsWith('.github/') && !dependencies.test(path);
}

/** They name what a project depends on, so that work which adds to that is lost without them. */
const dependencies =
  /(?:^|\/)(?:go\.mod|go\.work|Cargo\.toml|pyproject\.toml|setup\.cfg|tox\.ini|pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|[^/]+\.(?:sln|slnx|[cf]sproj|vbproj)|Directory\.Build\.(?:props|targets)|mix\.exs|Gemfile)$/u;

/** The files that check commands, and the base's scripts behind them, name: `./check.sh`, `node run-tests.js`. */
function namedBy(checks: readonly Check[]): Set<string> {
  const words = checkCommands(checks).flatMap((text) => text.split(/[\s'"`;&|()<>=]+/u));
  return new Set(words.map((word) => word.replace(/^(?:\.\/)+/u, '')));
}

/** The shell commands that checks run: their own, and the base's scripts behind them. */
export function checkCommands(checks: readonly Check[]): string[] {
  return checks.flatMap(textsOf);
}

function textsOf({ command, definition }: Check): string[] {
  if (definition?.kind !== 'scripts') return [command];
  const { scripts, roots } = definition;
  const names = [...roots.flatMap(withHooks), ...calledScripts(scripts, roots)];
  return [command, ...names.map((name) => scripts.get(name) ?? '')];
}
