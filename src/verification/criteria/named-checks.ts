import type { CheckResult } from '../../model/failure/failure.ts';

/** Commands whose purpose is to run tests. */
const testRunner =
  /\b(?:(?:npm|pnpm|yarn|bun)(?: run)? (?:t|test)\b|(?:go|cargo|dotnet|mix|deno|bun|swift|zig|make|just|rake|sbt|flutter|dart) (?:nextest|test|check)\b|mvnw?\b.* (?:test|verify)\b|gradlew?\b.* (?:test|check)\b|node --test\b|pytest|unittest|tox|nox|vitest|jest|mocha|ava|rspec|phpunit|pest|ctest|playwright test|cypress run)/u;

/** Kinds of tests that a command names when it runs no others. */
const otherKinds =
  /\b(?:integration|e2e|end-to-end|smoke|acceptance|system|functional|performance|load)\b/iu;

const synonyms: Readonly<Record<string, RegExp>> = {
  'end-to-end': /\b(?:e2e|end-to-end)\b/iu,
  e2e: /\b(?:e2e|end-to-end)\b/iu,
  linting: /lint/iu,
  linter: /lint/iu,
  lint: /lint/iu,
  formatting: /format|prettier/iu,
  formatter: /format|prettier/iu,
  format: /format|prettier/iu,
  build: /\bbuild\b/iu,
};
const types = /\b(?:type-?checks?|types|tsc|mypy|pyright)\b/iu;

/** Whether a check's own name or command says that it is of such a kind. */
export function namesCheck({ name, command }: CheckResult, word: string): boolean {
  const plain = word.toLowerCase();
  const known = plain.startsWith('type') ? types : synonyms[plain];
  const pattern = known ?? new RegExp(String.raw`(?<![\w-])${escaped(plain)}(?![\w-])`, 'iu');
  return pattern.test(name) || pattern.test(command);
}

/** The checks that run tests of a kind; null: the project's tests as such. */
export function passedTests(checks: readonly CheckResult[], which: string | null): CheckResult[] {
  const all = checks.filter(
    ({ name, command }) => /\btests?\b/iu.test(name) || testRunner.test(command),
  );
  return which === null
    ? all.filter(({ name, command }) => !otherKinds.test(`${name} ${command}`))
    : all.filter((check) => namesCheck(check, which));
}

function escaped(word: string): string {
  return word.replaceAll(/[^\w]/gu, String.raw`\$&`);
}
