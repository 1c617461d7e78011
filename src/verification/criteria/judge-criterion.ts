import { listed } from '../../model/text/listed.ts';
import type { CheckResult } from '../../model/failure/failure.ts';
import { isWithin } from '../../model/plan/plan.ts';
import type { ChangedFile } from '../../model/event/task-event.ts';
import { isTestPath } from '../../model/plan/test-path.ts';
import type { Finding, Measured } from './criterion-finding.ts';
import { judgeCoverage } from './judge-coverage.ts';
import { judgeWarnings } from './judge-warnings.ts';
import { readCriterion, type Claim, type FileChange } from './read-criterion.ts';

/** What a reviewer reads about one criterion. */
export type Judgement = { readonly isMet: boolean; readonly words: string };

/**
 * Says whether something that we saw ourselves measures a criterion, and what. It is met only when all of its
 * text is understood and each claim in it was measured; all else is for people to judge, with where to look.
 */
export function judgeCriterion(text: string, measured: Measured): Judgement {
  const commands = measured.checks.map(({ command }) => command);
  const claims = readCriterion(text, commands);
  if (claims === null) return { isMet: false, words: toJudge(text, measured, null) };
  const findings = claims.map((claim) => judgeClaim(claim, measured));
  const seen = findings.filter(({ state }) => state !== 'unmeasured');
  const words = seen.map(({ evidence }) => evidence).join('; ');
  if (findings.every(({ state }) => state === 'met')) return { isMet: true, words };
  const failed = findings.filter(({ state }) => state === 'not-met');
  if (failed.length > 0)
    return { isMet: false, words: `not met: ${failed.map(({ evidence }) => evidence).join('; ')}` };
  const open = findings.find(({ state }) => state === 'unmeasured')?.evidence ?? '';
  const known = words === '' ? '' : ` (${words})`;
  return { isMet: false, words: `${toJudge(text, measured, open)}${known}` };
}

function judgeClaim(claim: Claim, measured: Measured): Finding {
  const { checks } = measured;
  switch (claim.kind) {
    case 'command':
      return checkFinding(
        checks.filter(
          (check) => check.command === claim.command || isSameCommand(check, claim.command),
        ),
        `\`${claim.command}\` is not among the checks that ran`,
      );
    case 'tests-pass':
      return checkFinding(
        passedTests(checks, claim.which),
        claim.which === null
          ? 'no check that ran runs tests'
          : `no check that ran runs ${claim.which} tests`,
      );
    case 'check-passes':
      return checkFinding(
        checks.filter((check) => namesCheck(check, claim.which)),
        `no check that ran is a check of ${claim.which}`,
      );
    case 'tests-written':
      return testsWritten(claim.which, measured);
    case 'coverage':
      return judgeCoverage(claim, checks);
    case 'no-warnings':
      return judgeWarnings(claim, measured);
    case 'files':
      return filesFinding(claim, measured.files);
    case 'documents':
      return pathsFinding(
        measured.files.filter(isDocument),
        'no document is among the changed files',
      );
  }
}

function isSameCommand({ name, command }: CheckResult, named: string): boolean {
  const plain = (text: string): string =>
    text
      .trim()
      .replaceAll(/\s+/gu, ' ')
      .replace(/^npm (?:run test|t)(?= |$)/u, 'npm test');
  return plain(command) === plain(named) || name === named;
}

function checkFinding(found: readonly CheckResult[], otherwise: string): Finding {
  const red = found.filter(({ state }) => state !== 'passed');
  if (red.length > 0) return { state: 'not-met', evidence: `${commandsOf(red)} did not pass` };
  return found.length === 0
    ? { state: 'unmeasured', evidence: otherwise }
    : { state: 'met', evidence: `${commandsOf(found)} passed` };
}

function commandsOf(checks: readonly CheckResult[]): string {
  return coded([...new Set(checks.map(({ command }) => command))]);
}

function testsWritten(which: string | null, { files }: Measured): Finding {
  const written = files.filter(
    ({ path, change }) =>
      change !== 'deleted' &&
      isTestPath(path) &&
      (which === null || path.toLowerCase().includes(which)),
  );
  return pathsFinding(
    written,
    `no ${which === null ? '' : `${which} `}test is among the changed files`,
  );
}

/** Whether a changed file documents something; not one that was deleted. */
export function isDocument({ path, change }: ChangedFile): boolean {
  return change !== 'deleted' && /\.(?:mdx?|rst|adoc)$|(?:^|\/)docs?\//iu.test(path);
}

function pathsFinding(files: readonly ChangedFile[], otherwise: string): Finding {
  return files.length === 0
    ? { state: 'unmeasured', evidence: otherwise }
    : { state: 'met', evidence: files.slice(0, mostNamed).map(changeWords).join(', ') };
}

const mostNamed = 5;

function changeWords({ path, change }: ChangedFile): string {
  return `\`${path}\` ${change}`;
}

function filesFinding(
  { paths, change }: { readonly paths: readonly string[]; readonly change: FileChange },
  files: readonly ChangedFile[],
): Finding {
  const touching = (path: string): readonly ChangedFile[] =>
    files.filter((file) => [file.path, file.from ?? file.path].some((each) => isNamed(each, path)));
  if (change === 'untouched') {
    const touched = paths.flatMap(touching);
    return touched.length === 0
      ? { state: 'met', evidence: `no changed file is in ${coded(paths)}` }
      : { state: 'not-met', evidence: touched.slice(0, mostNamed).map(changeWords).join(', ') };
  }
  const found = paths.map((path) => touching(path).find((file) => isSuch(file, change, path)));
  const missing = paths.filter((_, at) => found[at] === undefined);
  return missing.length === 0
    ? pathsFinding(
        found.flatMap((file) => file ?? []),
        '',
      )
    : {
        state: 'unmeasured',
        evidence: `${coded(missing)} ${missing.length === 1 ? 'is' : 'are'} not ${change} by this branch`,
      };
}

/** Whether a path is the named one, by its whole name, its end, or a folder above it. */
function isNamed(path: string, name: string): boolean {
  const plain = name.replace(/^\.\//u, '');
  return isWithin(path, plain) || (!plain.includes('/') && path.endsWith(`/${plain}`));
}

function isSuch(
  file: ChangedFile,
  change: Exclude<FileChange, 'untouched'>,
  name: string,
): boolean {
  if (change === 'deleted')
    return (
      file.change === 'deleted' || (file.change === 'renamed' && isNamed(file.from ?? '', name))
    );
  const isThere = file.change !== 'deleted' && isNamed(file.path, name);
  return change === 'created' ? isThere && file.change !== 'modified' : isThere;
}

/** For people: that nothing measured it, and where they find evidence. */
function toJudge(text: string, measured: Measured, why: string | null): string {
  const reason = why === null || why === '' ? 'no check measures it' : why;
  return `please judge; ${reason}. ${whereToLook(text, measured)}`;
}

function whereToLook(text: string, { files, checks }: Measured): string {
  const named = files.filter(({ path }) => text.includes(path));
  const fitting = [
    [named, true],
    [files.filter(({ path }) => isTestPath(path)), /\btest|\bspec|\bcover/iu.test(text)],
    [files.filter(isDocument), /\bdoc/iu.test(text)],
    [files, true],
  ] as const;
  const [look] = fitting.find(([some, isMeant]) => isMeant && some.length > 0) ?? [[]];
  const shown = coded(look.slice(0, mostNamed).map(({ path }) => path));
  const more = look.length > mostNamed ? ` and ${look.length - mostNamed} more` : '';
  const isOfOutput = /\bwarn|\berror|\btest|\bcover/iu.test(text) && checks.length > 0;
  const output = isOfOutput ? `, and at the output of ${commandsOf(checks)}` : '';
  return look.length === 0 ? '' : `Look at ${shown}${more}${output}`;
}

function coded(words: readonly string[]): string {
  return listed(words.map((word) => `\`${word}\``));
}

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
function namesCheck({ name, command }: CheckResult, word: string): boolean {
  const plain = word.toLowerCase();
  const known = plain.startsWith('type') ? types : synonyms[plain];
  const pattern = known ?? new RegExp(String.raw`(?<![\w-])${escaped(plain)}(?![\w-])`, 'iu');
  return pattern.test(name) || pattern.test(command);
}

/** The checks that run tests of a kind; null: the project's tests as such. */
function passedTests(checks: readonly CheckResult[], which: string | null): CheckResult[] {
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
