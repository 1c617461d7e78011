/** Joins pieces of a program's output, cut anywhere, into lines. */
export type OutputLines = {
  /** Takes a piece and gives the lines that it completes, without their line feeds. */
  readonly push: (chunk: string) => readonly string[];
  /** Gives the last line if no line feed ended it. To be called once, at the end. */
  readonly flush: () => readonly string[];
};

/**
 * Splits output at line feeds. What a line has beyond `maxChars` is dropped, so that output without line feeds cannot
 * fill the memory. Pieces are joined once a line is complete: a line of many megabytes costs no more than its length.
 */
export function outputLines(maxChars: number): OutputLines {
  let pieces: string[] = [];
  let length = 0;

  const keep = (piece: string): void => {
    const kept = piece.slice(0, maxChars - length);
    if (kept.length > 0) pieces.push(kept);
    length += kept.length;
  };
  const take = (): string => {
    const line = pieces.join('');
    pieces = [];
    length = 0;
    return line;
  };

  return {
    push: (chunk) => {
      const parts = chunk.split('\n');
      const rest = parts.pop() ?? '';
      const lines = parts.map((part) => {
        keep(part);
        return take();
      });
      keep(rest);
      return lines;
    },
    flush: () => (length === 0 ? [] : [take()]),
  };
}
