import { plainText } from '../../model/text/plain-text.ts';

/** The known word that somebody most likely meant, by how many letters are wrong; null when none is near. */
export function nearestWord(word: string, known: Iterable<string>): string | null {
  const wanted = plain(word);
  let best: { readonly word: string; readonly wrong: number } | null = null;
  for (const candidate of known) {
    const name = plain(candidate);
    const isBeginning = wanted.length >= 3 && name.startsWith(wanted);
    const wrong = isBeginning ? 1 : wrongLetters(wanted, name);
    const bearable = Math.max(1, Math.floor(Math.max(wanted.length, name.length) * 0.34));
    if (wrong <= bearable && wrong < (best?.wrong ?? Infinity)) best = { word: candidate, wrong };
  }
  return best?.word ?? null;
}

/** `Did you mean issue.md?`; nothing when no known word is close. */
export function didYouMean(word: string, known: Iterable<string>): readonly string[] {
  const nearest = nearestWord(word, known);
  return nearest === null ? [] : [`Did you mean ${plainText(nearest, 200)}?`];
}

function plain(word: string): string {
  return word
    .trim()
    .slice(0, 200)
    .toLowerCase()
    .replaceAll(/[\s_-]+/gu, '-');
}

/** Letters to change, add, leave out, or swap with their neighbour. */
function wrongLetters(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i += 1) {
    const [above = [], before = []] = [rows[i - 1], rows[i - 2]];
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      const isSwapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row.push(
        Math.min(
          (above[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (above[j - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (before[j - 2] ?? Infinity) + 1 : Infinity,
        ),
      );
    }
    rows.push(row);
  }
  return rows[one.length]?.[other.length] ?? 0;
}
