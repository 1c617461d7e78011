/** The sentences and clauses of a text, each on its own, without what is quoted for effect. */
export function clausesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?;])\s+|\n+|\s[–—]\s/u)
    .map((clause) => clause.replace(/^\s*(?:[-*+]|\d{1,3}[.)])\s+/u, '').trim())
    .filter((clause) => clause !== '');
}

/** Whether what a clause says is denied: `no shared files`, `do not need each other`. */
export function isDenied(clause: string): boolean {
  return /\b(?:no|not|none|never|nothing|neither|without|independent(?:ly)?|avoid)\b|n['’]t\b/iu.test(
    clause,
  );
}
