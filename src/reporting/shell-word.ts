import { plainBlock } from '../model/plain-text.ts';

const harmless = /^[\w./@%+:,-][\w./@%+=:,#-]*$/u;

/** Text as one word of a POSIX shell, so that a command that we print can be pasted as it stands. */
export function shellWord(text: string): string {
  const word = plainBlock(text).replace(/[\n\t]/gu, ' ');
  return harmless.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
