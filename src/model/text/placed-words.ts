/** Words about a file, a line of it, or the whole. */
export type PlacedWords = {
  /** Null: about the whole. */
  readonly path: string | null;
  readonly line: number | null;
  readonly words: string;
};

const aboutFile = /^([^\s:]+):(?:(\d+):)?\s+(\S[\s\S]*)$/u;

/** `src/cart.js:12: Name it total` is about a line, `src/cart.js: …` about a file, anything else about the whole. */
export function placedWords(text: string): PlacedWords {
  const [, path = null, line, words] = aboutFile.exec(text.trim()) ?? [];
  return {
    path,
    line: line === undefined ? null : Number(line),
    words: words ?? text.trim(),
  };
}
