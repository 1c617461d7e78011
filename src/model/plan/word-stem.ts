const stopWords = new Set(
  'a an and are as at be by can do does for from has have if in into is it its not of on or so that the then there these this to was we were when which will with without you your should must would also only no use used using make makes made now new add adds added adding fix fixes fixed fixing update updates updated change changes changed remove removed support'.split(
    ' ',
  ),
);
/** A word without its ending, so that `imports`, `imported` and `import` meet; null for words that mean nothing. */
export function wordStem(lower: string): string | null {
  if (lower.length < 2 || stopWords.has(lower)) return null;
  if (lower.length > 4 && lower.endsWith('ies')) return `${lower.slice(0, -3)}y`;
  let root = lower;
  if (root.length > 3 && root.endsWith('s') && !/(?:ss|us|is)$/u.test(root))
    root = root.slice(0, -1);
  if (root.length > 5 && root.endsWith('ing')) root = root.slice(0, -3);
  else if (root.length > 4 && root.endsWith('ed')) root = root.slice(0, -2);
  if (root.length > 4 && /([b-df-hj-np-tv-z])\1$/u.test(root)) root = root.slice(0, -1);
  return root.length > 4 && root.endsWith('e') ? root.slice(0, -1) : root;
}
