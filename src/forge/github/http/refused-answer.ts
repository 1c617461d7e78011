/** The answer of a request that did not succeed. */
export type RefusedAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
};

/** The answer that an error of Octokit's carries; null when none came, or when it is another error. */
export function refusedAnswer(error: unknown): RefusedAnswer | null {
  if (!(error instanceof Error) || !('response' in error)) return null;
  const { response } = error;
  const isAnswer =
    typeof response === 'object' &&
    response !== null &&
    'status' in response &&
    'headers' in response;
  return isAnswer ? (response as RefusedAnswer) : null;
}
