/** Numbers that look random and are the same in every run: `below` gives one from 0, `pick` one of a list. */
export type Dice = {
  readonly below: (end: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
  /** A text of these letters, of up to so many. */
  readonly text: (letters: string, longest: number) => string;
  /** Cuts bytes anywhere. */
  readonly cut: (bytes: Buffer, longest: number) => Buffer[];
};

/** Dice that fall in the same way for the same seed. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const below = (end: number): number => {
    // Mulberry32.
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
  return {
    below,
    pick: (list) => list[below(list.length)]!,
    text: (letters, longest) => {
      const all = Array.from(letters);
      return Array.from({ length: below(longest + 1) }, () => all[below(all.length)]).join('');
    },
    cut: (bytes, longest) => {
      const pieces: Buffer[] = [];
      for (let at = 0; at < bytes.length;) {
        const length = 1 + below(longest);
        pieces.push(bytes.subarray(at, at + length));
        at += length;
      }
      return pieces;
    },
  };
}
