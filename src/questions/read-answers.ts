import { withoutControls } from '../model/text/plain-text.ts';

/** What a comment says to a question; `question` is null where it names none. */
export type WrittenAnswer = { readonly question: number | null; readonly text: string };

const command = /^\/answer(?![\w-])[ \t]*/iu;
const named = /^#?(\d{1,9})(?:[:.,]?\s+|$)/u;
/** What people quote before they write. */
const quoted = /^\s*(?:>.*)?$/u;
/** One comment answers no more than these. */
const mostAnswers = 20;

/**
 * The answers in a comment: it begins with `/answer 3`, after what it quotes, and all lines up to the next one belong to the
 * answer. Empty for a comment that is none. Controls are left out; time and memory are linear in its length.
 */
export function readAnswers(body: string): readonly WrittenAnswer[] {
  const lines = withoutControls(body).split('\n');
  const first = lines.findIndex((line) => !quoted.test(line));
  if (first === -1 || !command.test(lines[first] ?? '')) return [];
  const parts: string[][] = [];
  for (const line of lines.slice(first))
    if (!command.test(line)) parts.at(-1)?.push(line);
    else if (parts.push([line.replace(command, '')]) > mostAnswers) break;
  return parts.slice(0, mostAnswers).map((part) => readAnswer(part.join('\n')));
}

function readAnswer(words: string): WrittenAnswer {
  const [head, number] = named.exec(words) ?? [];
  if (head === undefined) return { question: null, text: words.trim() };
  return { question: Number(number), text: words.slice(head.length).trim() };
}
