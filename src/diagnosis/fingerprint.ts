/** What a failure is recognised by. */
export type FingerprintParts = {
  readonly reason: string;
  readonly kind: string;
  /** What distinguishes it from others of its kind; `readable` goes into the slug. */
  readonly subject: string;
};

/**
 * A name under which the same failure is found again, no matter where: `check-failed/missing-module:lodash-3f2a`.
 * The words are for people, the four digits for what the words leave out.
 */
export function fingerprintOf({ reason, kind, subject }: FingerprintParts): string {
  const steady = steadyText(subject);
  const slug = slugOfWords(steady);
  const name = kind === 'other' ? reason : `${reason}/${kind}`;
  return `${name}${slug === '' ? '' : `:${slug}`}-${shortHash(`${name}\n${steady}`)}`;
}

/** A line without what differs from one machine, folder or moment to the next. */
export function steadyText(line: string): string {
  return line
    .slice(0, 1_000)
    .replace(/\b[a-z][a-z\d+.-]{0,20}:\/\/[^\s'")]*/giu, 'url')
    .replace(/(?<![\w@])(?:[A-Za-z]:)?(?:[\w.@~+-]*\/)+([\w.@+-]*)/gu, '$1')
    .replace(/\b[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\b/giu, 'id')
    .replace(
      /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/gu,
      'time',
    )
    .replace(/\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?/gu, 'time')
    .replace(/\b0x[\da-f]+\b/giu, 'id')
    .replace(/\b(?=[a-f]{0,40}\d)[\da-f]{7,40}\b/giu, 'id')
    .replace(/\b\d+(?:[.,]\d+)*\s?(?:ms|µs|ns|s|sec|secs|seconds?|m|min|minutes?|h)\b/giu, 'span')
    .replace(/\(\s*span\s*\)/gu, '')
    .replace(/(?<=[\w)]):\d+(?::\d+)?\b|\(\d+,\d+\)/gu, '')
    .replace(/\b\d+(?:[.,]\d+)*\b/gu, '#')
    .replace(/\s+/gu, ' ')
    .trim();
}

function slugOfWords(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z\d]+/gu, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/gu, '');
}

/** FNV-1a, folded to 16 bits: four digits. No secret depends on it. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text))
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return ((hash >>> 16) ^ (hash & 0xffff)).toString(16).padStart(4, '0');
}
