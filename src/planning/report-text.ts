/** Whether a text is long enough to tell a story; titles and plain assignments are shorter. */
const fewestWords = 40;
const word = /[A-Za-z]\w+/gu;

/** Signs that the author shows what was seen: blocks of code or output, lines of a stack trace, the first person. */
const firstHand: readonly RegExp[] = [
  /^[ \t]*(?:```|~~~|at \S+ ?\(|File "|Traceback )/mu,
  /\b(?:I|my|me)\b/u,
];
/** Signs of a report that an assignment may have, too: questions, the fields of a form, what went wrong. */
const others: readonly RegExp[] = [
  /\?(?:\s|$)/u,
  /\b(?:expected|what happen\w*|reproduc\w+|steps to|versions?|environment|operating system)\b/iu,
  /(?:Error|Exception)\b|\b(?:error|exception|traceback|stack ?trace|panic|crash\w*|fail(?:s|ed|ing)|broken|bug|unexpected\w*|incorrect\w*|wrong\w*)\b/iu,
];

/**
 * Whether a text reports what somebody saw, as most issues do, and does not say what to change, as commit messages and
 * tasks do. What a report names is evidence: its traces, logs and examples are full of names that nobody will change.
 */
export function isReport(text: string): boolean {
  const start = text.slice(0, mostRead);
  if ((start.match(word)?.length ?? 0) < fewestWords) return false;
  const seen = firstHand.filter((sign) => sign.test(start)).length;
  return seen > 0 && seen + others.filter((sign) => sign.test(start)).length >= fewestSigns;
}

const fewestSigns = 2;
const mostRead = 20_000;

/** The part of a text that says what to do: of a report, only its title. */
export function askedPart(text: string): string {
  return isReport(text) ? (text.split('\n', 1)[0] ?? '') : text;
}

/** What a text says in its author's words: without blocks of code and output, and without the lines of a trace. */
export function ownWords(text: string): string {
  return text.replaceAll(block, ' ').replaceAll(traceLine, ' ');
}

const block = /^[ \t]*(```|~~~)(?:.*\n)+?[ \t]*\1/gmu;
const traceLine = /^[ \t]*(?:at \S+ ?\(|File ").*$/gmu;
