import { text as textOf } from 'node:stream/consumers';
import type { CommandContext } from './command-context.ts';

/** Words of a command line; one that is `-` stands for standard input. */
export async function readWords(
  words: readonly string[],
  { stdin }: Pick<CommandContext, 'stdin'>,
): Promise<string> {
  const all = words.join(' ');
  if (all !== '-') return all;
  stdin.setEncoding('utf8');
  return textOf(stdin);
}
