const harmless = /^[\w./@%+:,-][\w./@%+=:,#-]*$/u;

/** What a terminal would obey, or what would be invisible or look like something else, in a printed command. */
const unseen = /[[\p{Cc}\p{Cf}\p{Z}\s]--[\x20]]/v;

/**
 * Text as one word of a POSIX shell, so that a command that we print can be pasted as it stands and means this very text.
 * Invisible characters in it are written as numbers, which `printf` turns back.
 */
export function shellWord(text: string): string {
  const word = text.toWellFormed();
  if (harmless.test(word)) return word;
  // The result of a command loses the line feeds at its end.
  if (unseen.test(word) && !word.endsWith('\n')) return `"$(printf '%b' '${inNumbers(word)}')"`;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** For `%b`: what is plain stays, all else is its bytes in octal. */
function inNumbers(word: string): string {
  return word.replaceAll(/[^\w./@%+=:,# -]/gu, (sign) =>
    Array.from(
      new TextEncoder().encode(sign),
      (byte) => `\\0${byte.toString(8).padStart(3, '0')}`,
    ).join(''),
  );
}
