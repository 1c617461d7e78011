import { text as textOf } from 'node:stream/consumers';

/** Words of a command line; one that is `-` stands for standard input. */
export async function readWords(words: readonly string[]): Promise<string> {
  const all = words.join(' ');
  if (all !== '-') return all;
  process.stdin.setEncoding('utf8');
  return textOf(process.stdin);
}
