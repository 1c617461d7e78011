import { wordStem } from '../model/plan/word-stem.ts';

const identifier = /[A-Za-z][A-Za-z0-9_]*/gu;
const parts = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/gu;
const longest = 40;
const mostText = 200_000;

/**
 * The distinct words of a text by their stems: its identifiers whole and in parts. Three lines: words seen five times or
 * more, twice or more, and once.
 */
export function textWords(text: string): string {
  const seen = new Map<string, number>();
  const add = (word: string, times: number): void => {
    const stem = word.length <= longest ? wordStem(word) : null;
    if (stem !== null) seen.set(stem, (seen.get(stem) ?? 0) + times);
  };
  for (const [name, times] of identifiersOf(text)) {
    const whole = name.toLowerCase().replaceAll('_', '');
    add(whole, times);
    if (/[a-z][A-Z]|_/u.test(name))
      for (const part of name.match(parts) ?? []) add(part.toLowerCase(), times);
  }
  const lines: [string[], string[], string[]] = [[], [], []];
  for (const [word, times] of seen) lines[times >= 5 ? 0 : times >= 2 ? 1 : 2].push(word);
  return lines.map((words) => words.join(' ')).join('\n');
}

function identifiersOf(text: string): Map<string, number> {
  const names = new Map<string, number>();
  for (const name of text.slice(0, mostText).match(identifier) ?? [])
    names.set(name, (names.get(name) ?? 0) + 1);
  return names;
}
