/** Chance that a seed can repeat. */
export type Chance = {
  /** From 0 up to, but never, 1. */
  readonly next: () => number;
  /** A whole number from `least` to `most`, both included. */
  readonly between: (least: number, most: number) => number;
  /** One of some items; undefined when there are none. */
  readonly pick: <T>(items: readonly T[]) => T | undefined;
};

/** Marsaglia's xorshift on 32 bits: enough to choose moments by. */
export function seededChance(seed: number): Chance {
  // Neighbouring seeds begin alike: multiplied by a large odd number they do not. Zero would stay zero.
  let state = Math.imul(seed + 1, 0x9e37_79b1) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 8; round += 1) next();
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (items) => items[Math.floor(next() * items.length)],
  };
}
