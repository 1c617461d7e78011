/** Why a test failed, in the words of what it runs in. */
export type Assertion = {
  /** What was expected and what came instead, on one line. */
  readonly words: string;
  /** The test's own name without marks and times; null where none stands above it. */
  readonly test: string | null;
};

const failed =
  /^\s*(?:E\s+)?(?:Uncaught )?(?:[\w$]+\.)*\w*(?:Error|Exception)\b(?: \[\w+\])?: \S|^\s*Failure\/Error: |^\s*expect\(.+\)\.|panicked at |^\s+\S+_test\.go:\d+: \S|^E\s+assert\b|Failed asserting that|Assert\.\w+\(\) Failure/u;

/** Marks of a test's result, before its name. */
const named =
  /^\s*(?:✖|✗|×|●|❌|not ok \d+ -|--- FAIL:|FAIL:?|ERROR:|\d+\))\s+(?!failing tests:)(?<name>\S.*)$|^(?<other>\S.* > \S.*) FAILED$|^thread '(?<thread>[^']+)' panicked/u;

const passed = /^\s*(?:✓|✔|√|ok\b|PASS\b|#)/u;
const end = /^\s*(?:at |File "|\.\.\.$|[-=─]{3,}|note: |stack backtrace|[\])}],?$|\{$)/u;
const comparison =
  /^\s*(?:[+-] (?!\/)|(?:expected|received|actual|got|want|left|right)\b.{0,40}?[:=<]|\S.* !== \S)/iu;

/** How far above an assertion its test's name stands, and how many lines it may take itself. */
const reach = 30;
const mostLines = 8;

/** Finds the first assertion that failed, from a line on; null when the output shows none. */
export function findAssertion(lines: readonly string[], from: number): Assertion | null {
  const at = lines.findIndex(
    (line, index) =>
      index >= from && failed.test(line) && !passed.test(line) && !/^\s*(?:✖|✗|×|●)/u.test(line),
  );
  if (at !== -1) return { words: wordsAt(lines, at), test: nameAbove(lines, at) };
  return tapError(lines, from);
}

function wordsAt(lines: readonly string[], at: number): string {
  const head = (lines[at] ?? '').replace(/^E\s+/u, '').trim();
  const isOpen = head.endsWith(':');
  const taken: string[] = [head];
  for (const line of lines.slice(at + 1, at + 3 * mostLines)) {
    if (taken.length > mostLines) break;
    if (line.trim() === '') continue;
    const isBrace = isOpen && /^\s*[{}[\]()],?$/u.test(line);
    if (end.test(line) && !isBrace) break;
    if (!isOpen && !comparison.test(line)) break;
    taken.push(line.trim());
  }
  return taken.join(' ');
}

function nameAbove(lines: readonly string[], at: number): string | null {
  for (let above = at; above >= Math.max(0, at - reach); above -= 1) {
    const { name, other, thread } = named.exec(lines[above] ?? '')?.groups ?? {};
    const found = name ?? other ?? thread;
    if (found !== undefined) return withoutTime(found);
  }
  return null;
}

/** In TAP, why a test failed stands below its name, as `error: '…'` or as a block of lines. */
function tapError(lines: readonly string[], from: number): Assertion | null {
  const at = lines.findIndex((line, index) => index >= from && /^\s*not ok \d+ - /u.test(line));
  const below = at === -1 ? [] : lines.slice(at + 1, at + 15);
  const next = below.findIndex((line) => /^\s*(?:not )?ok \d+ /u.test(line));
  const own = next === -1 ? below : below.slice(0, next);
  const error = own.findIndex((line) => /^\s+error: \S/u.test(line));
  const line = own[error] ?? '';
  if (error === -1) return null;
  const isBlock = /error: [|>]-?$/u.test(line);
  const words = isBlock
    ? textBlock(own.slice(error + 1), /^\s*/u.exec(line)?.[0].length ?? 0)
    : (/error: ["']?(.+?)["']?$/u.exec(line)?.[1] ?? '');
  return words === '' ? null : { words, test: nameAbove(lines, at) };
}

/** The lines that are set further in than what they belong to. */
function textBlock(lines: readonly string[], indent: number): string {
  const deeper = (line: string): boolean =>
    line.trim() === '' || (/^\s*/u.exec(line)?.[0].length ?? 0) > indent;
  const stop = lines.findIndex((line) => !deeper(line));
  const own = stop === -1 ? lines : lines.slice(0, stop);
  return own
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}

/** A test's name without what differs from run to run: how long it took. */
export function withoutTime(line: string): string {
  return line
    .replace(/\s+[([][\d.,]+ ?(?:µs|ms|s|m)[)\]](?=:?$)|\s+\d+(?:\.\d+)? ?ms$/u, '')
    .replace(/:$/u, '')
    .trim();
}
