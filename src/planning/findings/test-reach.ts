import type { PlannedTask } from '../../model/plan/plan.ts';
import { isAboutDocuments } from '../task-text.ts';

/** The sources that a check runs tests of, by the endings of their names; `all`: it is unknown, or the user says so. */
export type TestReach = 'all' | readonly string[];

const javascript = ['js', 'jsx', 'ts', 'tsx', 'mjs', 'cjs', 'mts', 'cts', 'vue', 'svelte'];
const python = ['py', 'pyi'];
const jvm = ['java', 'kt', 'scala', 'groovy', 'clj'];
const net = ['cs', 'fs', 'vb'];

/** What the programs that run tests are for. */
const programs: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /\b(?:npm|npx|pnpm|yarn|bun|deno|node|vitest|jest|mocha|ava|tap|playwright|cypress)\b/u,
    javascript,
  ],
  [/\b(?:pytest|python3?|tox|nox|poetry|uv|hatch|pdm|unittest|nosetests)\b/u, python],
  [/\bgo (?:test|vet)\b|\bgotestsum\b/u, ['go']],
  [/\bcargo\b/u, ['rs']],
  [/\b(?:mvnw?|gradlew?|sbt|lein)\b/u, jvm],
  [/\b(?:rake|rspec|bundle|minitest|rails)\b/u, ['rb', 'erb']],
  [/\bdotnet\b/u, net],
  [/\b(?:phpunit|composer|pest|artisan)\b/u, ['php']],
  [/\bmix\b/u, ['ex', 'exs']],
  [/\bswift\b/u, ['swift']],
];

/** Checks that look at the source without running it. */
const looking =
  /\b(?:lint|eslint|ruff|flake8|mypy|pyright|tsc|types?|typecheck|format|prettier|fmt|clippy|build|compile)\b/iu;

/** What a check that was found in the project tests; null: it runs no tests. */
export function reachOf({
  name,
  command,
}: {
  readonly name: string;
  readonly command: string;
}): TestReach | null {
  const isTest = /test|spec|check|verify|\bci\b/iu.test(`${name} ${command}`);
  if (!isTest || (looking.test(name) && !/test/iu.test(name))) return null;
  const reaches = programs
    .filter(([program]) => program.test(command))
    .map(([, endings]) => endings);
  return reaches.length === 0 ? 'all' : reaches.flat();
}

const sources = new Set([
  ...[...javascript, ...python, ...jvm, ...net, 'go', 'rs', 'rb', 'erb', 'php', 'ex', 'exs'],
  ...['swift', 'c', 'h', 'cc', 'cpp', 'hpp', 'dart', 'lua', 'ml', 'hs', 'zig', 'nim'],
]);

/** Whether some check would test a task's work. Documents are read, and need none. */
export function isTestable(task: PlannedTask, tests: readonly TestReach[]): boolean {
  const endings = endingsOf(task);
  if (isAboutDocuments(task.title) && endings.length === 0) return true;
  return tests.some(
    (reach) =>
      reach === 'all' || endings.length === 0 || endings.some((ending) => reach.includes(ending)),
  );
}

/** Of the sources that its author names, or otherwise that are foreseen. */
function endingsOf({ footprint }: PlannedTask): string[] {
  const declared = footprint.filter(({ isDeclared }) => isDeclared);
  const telling = declared.length > 0 ? declared : footprint.filter(isForeseen);
  const endings = telling.map(({ path }) => path.slice(path.lastIndexOf('.') + 1).toLowerCase());
  return endings.filter((ending) => sources.has(ending));
}

function isForeseen({ probability, isHint = false }: PlannedTask['footprint'][number]): boolean {
  return probability >= 0.5 && !isHint;
}
