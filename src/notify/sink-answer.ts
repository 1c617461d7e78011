/** What came of sending one notice to one sink. Its words hold no URL and no secret. */
export type SinkAnswer = { readonly isTaken: boolean; readonly words: string };

/** The sink has it. */
export function taken(words: string): SinkAnswer {
  return { isTaken: true, words };
}

/** It does not, and why. */
export function refused(words: string): SinkAnswer {
  return { isTaken: false, words };
}
