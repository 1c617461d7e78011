/** A request to a provider that costs nothing and that succeeds only with a working key. */
export type KeyQuestion = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The variable that the key is in. */
  readonly variable: string;
};

/** Finds out whether an agent's credentials are known not to work. Null: no problem is known. */
export type CredentialProbe = (env: NodeJS.ProcessEnv) => Promise<string | null>;

const patienceMs = 5_000;

/**
 * Asks whether a key works; gives what is wrong with it. Only a plain refusal counts: a provider that is unreachable, or
 * does not know the request, has said nothing about the key.
 */
export async function askAboutKey({ url, headers, variable }: KeyQuestion): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const answer = await fetch(url, { headers, redirect: 'error', signal });
    await answer.body?.cancel();
    if (answer.status !== 401) return null;
    return `${new URL(url).host} refuses the key in ${variable} (401)`;
  } catch {
    return null;
  }
}
