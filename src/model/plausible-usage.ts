/*
 * What an agent's stream says about its usage is the agent's word: any program that it starts can write into that stream.
 * What no attempt can have used is left out, so that one forged line neither spends a budget nor spoils the books.
 */

/** More tokens than any session has taken, by a factor of ten. */
const mostTokens = 10_000_000_000;
/** US dollars for a token, of the dearest model there was, with room for what it adds. */
const dearestToken = 0.001;
/** US dollars of a session that says nothing of its tokens, and of one that says much. */
const mostUntold = 1_000;
const mostTold = 10_000;

/** A number of tokens; null for what cannot be one. */
export function plausibleTokens(tokens: number | null): number | null {
  return tokens !== null && Number.isFinite(tokens) && tokens >= 0 && tokens <= mostTokens
    ? tokens
    : null;
}

/** A cost in US dollars, held against the tokens that it is for; null for what cannot be. */
export function plausibleCost(
  costUsd: number | null,
  used: { readonly inputTokens: number | null; readonly outputTokens: number | null },
): number | null {
  if (costUsd === null || !Number.isFinite(costUsd) || costUsd < 0) return null;
  const tokens = (used.inputTokens ?? 0) + (used.outputTokens ?? 0);
  const most = tokens === 0 ? mostUntold : Math.min(mostTold, tokens * dearestToken);
  return costUsd <= most ? costUsd : null;
}
