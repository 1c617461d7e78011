import type { Failure } from '../failure/failure.ts';

/** A question stands near the end; before that, an agent may ask itself anything. */
const lastLines = 12;
const longestQuestion = 300;
const longestLastWords = 200;

const marks = String.raw`["'”’»*_\x60)\]]*`;
const isAsking = new RegExp(String.raw`\S[?？؟]${marks}(?:\s|$)`, 'u');
const endsAsking = new RegExp(String.raw`[?？؟]${marks}$`, 'u');
const sentenceEnd = new RegExp(String.raw`(?<=[.!?？؟]${marks})\s+`, 'u');
/** What is left of a prompt for input: `>`, `$`, `>>>`, `:`. */
const promptMarks = /^[\s>$:#%?*_-]+$/u;

/**
 * What an agent's last words ask of people: the question and what follows it (the choices, how to answer). Null when
 * they ask nothing.
 */
export function questionIn(claim: string): string | null {
  const lines = spokenLines(claim).slice(-lastLines);
  const refused = /\n\nRefused: .*?(?:ask|question)\w*: (?<question>[^;\n]*[?？؟])/iu.exec(claim);
  const at = lines.findLastIndex((line) => isAsking.test(line));
  const sentences = lines[at]?.split(sentenceEnd) ?? [];
  const first = sentences.findIndex((sentence) => endsAsking.test(sentence));
  if (first === -1) return refused?.groups?.['question'] ?? null;
  const asked = [...sentences.slice(first), ...lines.slice(at + 1)].join(' ');
  return asked.length > longestQuestion ? `${asked.slice(0, longestQuestion - 1)}…` : asked;
}

function spokenLines(claim: string): string[] {
  // What readers add about tools that were refused is not the agent's own.
  const own = claim.replace(/\n\nRefused: [^\n]*$/u, '');
  return own
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !promptMarks.test(line));
}

/** Failures of which an agent's words may tell the cause. */
const ofAgents: ReadonlySet<Failure['reason']> = new Set<Failure['reason']>([
  ...(['no-commits', 'out-of-scope', 'agent-failed', 'timed-out'] as const),
  ...(['stalled', 'check-failed', 'over-budget'] as const),
]);

/**
 * A failure's message with what its agent asked, since nobody can answer an agent while it works, but the reader of the
 * message can. An agent that did nothing and asked nothing is quoted as well: its last words are all we have.
 */
export function withQuestion({ reason, message }: Failure, claim: string): string {
  if (!ofAgents.has(reason)) return message;
  const question = questionIn(claim);
  if (question !== null) {
    const asked = /[.!?？؟…]$/u.test(question) ? question : `${question}.`;
    const stem = message.replace(/[.;:]$/u, '');
    return `${stem}; it asked: ${asked} Answer that in the task's text, and start it again with --retry`;
  }
  const last = reason === 'no-commits' ? spokenLines(claim).slice(-3).join(' ') : '';
  if (last === '') return message;
  const cut = last.length > longestLastWords ? `…${last.slice(1 - longestLastWords)}` : last;
  return `${message}; its last words: ${cut}`;
}
