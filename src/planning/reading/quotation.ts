/** What Markdown sets around words, which people do not quote. */
const markup = /[*`_~]/gu;
/** Words that occur this often as parts of others are not a quotation. */
const mostPlaces = 1_000;
const wordSign = /[\p{L}\p{N}]/u;

/** Whether words are in a text, next to each other and whole; white space, case and Markdown's marks do not count. */
export function openQuotations(text: string): (words: string) => boolean {
  const folded = fold(text);
  return (words) => {
    const wanted = fold(words);
    if (!wordSign.test(wanted)) return false;
    let at = folded.indexOf(wanted);
    for (let places = 0; at >= 0 && places < mostPlaces; places += 1) {
      if (isWhole(folded, at, wanted)) return true;
      at = folded.indexOf(wanted, at + 1);
    }
    return false;
  };
}

/** How many words a quotation has. */
export function countWords(words: string): number {
  return fold(words)
    .split(' ')
    .filter((word) => wordSign.test(word)).length;
}

function fold(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(markup, '')
    .replaceAll(/[‘’]/gu, "'")
    .replaceAll(/[“”]/gu, '"')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .toLowerCase();
}

/** `art` is not in `cart`. */
function isWhole(text: string, at: number, words: string): boolean {
  const before = wordSign.test(text.charAt(at - 1)) && wordSign.test(words.charAt(0));
  const end = at + words.length;
  const after = wordSign.test(text.charAt(end)) && wordSign.test(words.at(-1) ?? '');
  return !before && !after;
}
