/** Bytes of a stream that are masked, from its beginning. */
export type MaskedRange = { readonly start: number; readonly end: number };

/** Masks values in a stream of bytes that is cut anywhere. */
export type ByteMask = {
  /** Gives the masked bytes that can be handed on: all but an end that may be the beginning of a value. */
  readonly push: (piece: Buffer) => Buffer;
  /** Gives what was held back. */
  readonly flush: () => Buffer;
  /** The ranges that were masked since this was asked for last. */
  readonly taken: () => MaskedRange[];
};

/** Its own length stays: a masked file is as long as before, and every place in it means the same. */
const sign = '*'.charCodeAt(0);

/** Starts masking. Takes time in proportion to the bytes and the number of values. */
export function openByteMask(values: readonly string[]): ByteMask {
  const needles = values.filter((value) => value !== '').map((value) => Buffer.from(value));
  let held: Buffer = Buffer.alloc(0);
  let offset = 0;
  let ranges: MaskedRange[] = [];

  const push = (piece: Buffer): Buffer => {
    if (needles.length === 0) return piece;
    const bytes = Buffer.concat([held, piece]);
    const found = rangesIn(bytes, needles);
    const end = Math.max(bytes.length - unfinished(bytes, needles), found.at(-1)?.end ?? 0);
    for (const range of found) {
      bytes.fill(sign, range.start, range.end);
      ranges.push({ start: offset + range.start, end: offset + range.end });
    }
    held = Buffer.from(bytes.subarray(end));
    offset += end;
    return bytes.subarray(0, end);
  };

  return {
    push,
    flush: () => {
      const rest = held;
      offset += rest.length;
      held = Buffer.alloc(0);
      return rest;
    },
    taken: () => {
      const since = ranges;
      ranges = [];
      return since;
    },
  };
}

/** Where values stand; those that overlap are one range. */
function rangesIn(bytes: Buffer, needles: readonly Buffer[]): MaskedRange[] {
  const found = needles.flatMap((needle) => {
    const places: MaskedRange[] = [];
    for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + needle.length))
      places.push({ start: at, end: at + needle.length });
    return places;
  });
  const merged: MaskedRange[] = [];
  for (const range of found.toSorted((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last === undefined || range.start > last.end) merged.push(range);
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return merged;
}

/** How many of the last bytes may be the beginning of a value. */
function unfinished(bytes: Buffer, needles: readonly Buffer[]): number {
  let most = 0;
  for (const needle of needles) {
    const first = Math.max(0, bytes.length - needle.length + 1);
    for (let at = bytes.indexOf(needle[0] ?? 0, first); at !== -1;) {
      const length = bytes.length - at;
      if (length <= most) break;
      if (needle.subarray(0, length).equals(bytes.subarray(at))) most = length;
      at = bytes.indexOf(needle[0] ?? 0, at + 1);
    }
  }
  return most;
}
