/**
 * Paths are bytes, and mostly UTF-8. Those that are not become text that can be written back: each byte that fits nowhere
 * is a lone surrogate, U+DC80 to U+DCFF, as Python has it (PEP 383).
 */
export function pathOfBytes(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\uFFFD') || Buffer.from(text, 'utf8').equals(bytes)) return text;
  let path = '';
  for (let at = 0; at < bytes.length;) {
    const length = characterAt(bytes, at);
    path +=
      length === 0
        ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
        : bytes.toString('utf8', at, at + length);
    at += Math.max(length, 1);
  }
  return path;
}

/** The bytes of a path that {@link pathOfBytes} gave. */
export function bytesOfPath(path: string): Buffer {
  const parts = path.split(/([\uDC80-\uDCFF])/u);
  return Buffer.concat(
    parts.map((part) =>
      /^[\uDC80-\uDCFF]$/u.test(part)
        ? Buffer.from([part.charCodeAt(0) - 0xdc00])
        : Buffer.from(part, 'utf8'),
    ),
  );
}

/** How many bytes the UTF-8 character at a place has; 0 when there is none. */
function characterAt(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
    const part = bytes.subarray(at, at + length);
    const text = part.toString('utf8');
    if (!text.includes('\uFFFD') || (length === 3 && Buffer.from(text).equals(part))) return length;
  }
  return 0;
}
