import type { Clue, ClueKind } from '../../model/failure/failure-clue.ts';
import { findAssertion, withoutTime } from './find-assertion.ts';
import { readMissingModules, looksLikeProject } from './missing-module.ts';

type Rule = {
  readonly kind: ClueKind;
  readonly pattern: RegExp;
  /** Whether the subject is what the pattern caught, rather than the line as a whole. */
  readonly isSame?: boolean;
};

/** The environment of the work: the same whatever a task wrote. */
const environmentRules: readonly Rule[] = [
  {
    kind: 'too-many-files',
    pattern: /\b(?:EMFILE|ENFILE)\b|too many open files|file watchers reached/iu,
    isSame: true,
  },
  {
    kind: 'disk-full',
    pattern: /\b(?:ENOSPC|EDQUOT)\b|no space left on device|disk quota exceeded/iu,
    isSame: true,
  },
  {
    kind: 'out-of-memory',
    pattern:
      /heap out of memory|\bMemoryError\b|OutOfMemoryError|\bENOMEM\b|cannot allocate memory|^(?:\S+: line \d+: *\d* *)?Killed\b|signal: 9, SIGKILL/u,
    isSame: true,
  },
  {
    kind: 'port-in-use',
    pattern: /\bEADDRINUSE\b|address already in use|port is already allocated/iu,
    isSame: true,
  },
  {
    kind: 'command-not-found',
    pattern:
      /\b(?:ba|z|da|k|a)?sh(?:: line)?(?::? \d+)?: (?:(?<shell>[\w./@+-]+): (?:command )?not found|command not found: (?<subject>\S+))|\bspawn (?<spawned>\S+) ENOENT|exec: "(?<executed>[^"]+)": executable file not found|env: [‘'"]?(?<asked>[\w.+-]+)[’'"]?: No such file or directory/u,
    isSame: true,
  },
  {
    kind: 'credentials',
    pattern:
      /authentication failed for|could not read (?:username|password) for|permission denied \(publickey|npm (?:error|ERR!) code E401|\bbad credentials\b/iu,
    isSame: true,
  },
  {
    kind: 'rate-limited',
    pattern: /API rate limit exceeded|npm (?:error|ERR!) code E429|\btoomanyrequests:/iu,
    isSame: true,
  },
  {
    kind: 'network',
    pattern:
      /\b(?:ENOTFOUND|EAI_AGAIN|ENETUNREACH)\b|could not resolve host|temporary failure in name resolution|network is unreachable|\bECONNREFUSED\b|connection refused/iu,
    isSame: true,
  },
  {
    kind: 'permission',
    pattern: /\b(?:EACCES|EPERM)\b.{0,80}|PermissionError: \[Errno 13\]/u,
  },
];

/** What a program says about itself on its last lines; too broad for the output of tests, which may mention anything. */
const messageRules: readonly Rule[] = [
  {
    kind: 'rate-limited',
    pattern: /rate.?limit|too many requests|\b429\b|usage limit|hit your limit|overloaded/iu,
    isSame: true,
  },
  {
    kind: 'credentials',
    pattern: /not (?:logged|signed) in|invalid api key|authentication|unauthorized|\b401\b/iu,
    isSame: true,
  },
];

const exportRule: Rule = {
  kind: 'missing-export',
  pattern:
    /does not provide an export named|cannot import name|error TS(?:2305|2459|2614|2724)\b|has no exported member|is not exported (?:by|from)/u,
};

const compileRules: readonly Rule[] = [
  {
    kind: 'compile-error',
    pattern:
      /\berror TS\d+|\b(?:SyntaxError|IndentationError|TabError):(?!.*(?:JSON|is not valid JSON))|\berror\[E\d+\]|^\S+\.go:\d+:\d+: |^\S+\.(?:java|kt|kts|scala|c|cc|cpp|h|hpp|cs|swift):\d+(?::\d+)?:? (?:fatal )?error|^e: \S+\.kt|undefined reference to|✘ \[ERROR\]|error during build/u,
  },
  {
    kind: 'compile-error',
    pattern:
      /could not compile `|COMPILATION ERROR|compilation failed|Compilation error|build failed with|^BUILD FAILED\b.*compile/iu,
  },
];

/** How `go test` sums up a package that it could not build; it begins as a failing test does. */
const brokenBuildRule: Rule = {
  kind: 'compile-error',
  pattern: /\[(?:build|setup) failed\]/u,
};

const testTimeoutRule: Rule = {
  kind: 'test-timeout',
  pattern:
    /test timed out (?:in|after)|exceeded timeout of [\d,]+ ?ms|Timeout of \d+ms exceeded|Failed: Timeout [(>]|\bTestTimedOutException\b|timed out after \d+ (?:milli)?seconds|hook timed out in/iu,
};

const testRules: readonly Rule[] = [
  {
    kind: 'test-failure',
    pattern: /^\s*--- FAIL: |^test \S.* \.\.\. FAILED$|^FAILED \S+::|^rspec \.\//,
  },
  {
    kind: 'test-failure',
    pattern: /^\s*(?:FAIL|×|✗|❌) {1,2}\S.* > |^\s*● .* › |^(?:FAIL|ERROR): \w+ \(/u,
  },
  { kind: 'test-failure', pattern: /^\s*(?:✖|✗|×|●|not ok \d+ -) (?!failing tests:)\S/u },
  {
    kind: 'test-failure',
    pattern: /^\[ERROR\] +\S+[.:]\S*:\d+|^\S.* > \S.* FAILED$|^\s+\d+\) \S/u,
  },
  {
    kind: 'test-failure',
    pattern:
      /\b(?:AssertionError|AssertionFailedError|ERR_ASSERTION)\b|panicked at |Failure\/Error:/u,
  },
  { kind: 'test-failure', pattern: /\b\d+ (?:of \d+ tests? )?fail(?:ed|ing|ures?)\b|^FAIL\b/iu },
];

/** Titles of tests, passed lines, quoted code and the two sides of a comparison: they contain words, but nothing failed there. */
const talk =
  /^\s*(?:✓|✔|√|✖|✗|×|●|ok\b|not ok\b|PASS\b|FAIL\b|FAILED\b|--- |[-+] (?!\/)|#|>?\s*\d+ ?\||(?:expected|received|actual):)|AssertionError|^E\s+assert\b/iu;

/** Finds the line of a check's output that explains most: the environment first, then the work itself. */
export function findClue(output: string): Clue {
  return findBy([...environmentRules], output) ?? findWorkClue(output);
}

/** Finds it in what a program said when it ended, where `rate limit` and the like mean what they say. */
export function findMessageClue(message: string): Clue {
  return findBy([...environmentRules, ...messageRules], message) ?? findWorkClue(message);
}

function findWorkClue(output: string): Clue {
  const lines = linesOf(output);
  const happened = lines.filter((line) => !talk.test(line));
  return (
    moduleClue(happened) ??
    firstMatch([exportRule, ...compileRules], happened) ??
    withAssertion(firstMatch([brokenBuildRule, testTimeoutRule, ...testRules], lines), lines) ??
    firstMatch(compileRules, lines) ?? {
      kind: 'other',
      line: lastOf(lines),
      subject: null,
      missing: null,
    }
  );
}

/** A test's name says what failed; why stands near it. What it is known by stays its name. */
function withAssertion(clue: Clue | null, lines: readonly string[]): Clue | null {
  if (clue?.kind !== 'test-failure') return clue;
  const plain = { ...clue, line: withoutTime(clue.line), subject: clue.subject ?? clue.line };
  // Some say both on one line.
  if (/^FAILED \S+ - \S|^\[ERROR\] .*\bexpected\b/u.test(clue.line)) return plain;
  const at = Math.max(
    0,
    lines.findIndex((line) => shown(line) === clue.line),
  );
  const found = findAssertion(lines, at) ?? findAssertion(lines, 0);
  if (found === null) return plain;
  const test = found.test === null || found.words.includes(found.test) ? '' : ` (${found.test})`;
  const most = Math.max(100, longestLine - test.length);
  return { ...plain, line: shown(`${found.words.slice(0, most)}${test}`) };
}

function findBy(rules: readonly Rule[], output: string): Clue | null {
  return firstMatch(
    rules,
    linesOf(output).filter((line) => !talk.test(line)),
  );
}

function moduleClue(lines: readonly string[]): Clue | null {
  const all = readMissingModules(lines);
  // A file of the project that is not there explains more than a package that was not installed.
  const found = all.find(looksLikeProject) ?? all[0];
  if (found === undefined) return null;
  const { line, ...missing } = found;
  return { kind: 'missing-module', line: shown(line), subject: null, missing };
}

function firstMatch(rules: readonly Rule[], lines: readonly string[]): Clue | null {
  for (const { kind, pattern, isSame } of rules)
    for (const line of lines) {
      const match = pattern.exec(line);
      if (match === null) continue;
      const named = Object.values(match.groups ?? {}).find((group) => group !== undefined);
      return { kind, line: shown(line), subject: isSame ? (named ?? '') : null, missing: null };
    }
  return null;
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/u).map((line) => line.slice(0, 1_000));
}

function lastOf(lines: readonly string[]): string {
  return shown(lines.findLast((line) => line.trim() !== '') ?? '');
}

const longestLine = 300;

function shown(line: string): string {
  return line.trim().slice(0, longestLine);
}
