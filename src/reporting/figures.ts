/** A span for people: `4s`, `3m 12s`, `1h 04m`. Null is not known: `–`. */
export function durationText(milliseconds: number | null): string {
  if (milliseconds === null) return '–';
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h ${twoDigits(Math.floor((seconds % 3600) / 60))}m`;
}

/** A span in at most four columns, its largest unit alone: `59s`, `12m`, `3h`. */
export function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return `${Math.floor(seconds / 3600)}h`;
}

/** US dollars: `$0.31`; less than a cent: `<$0.01`; null is not known: `–`. */
export function costText(usd: number | null): string {
  if (usd === null) return '–';
  return usd > 0 && usd < 0.01 ? '<$0.01' : `$${usd.toFixed(2)}`;
}

/** A number with its noun: `1 task`, `2 tasks`. */
export function counted(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  if (/[^aeiou]y$/u.test(noun)) return `${count} ${noun.slice(0, -1)}ies`;
  return `${count} ${noun}${/(?:[sx]|[cs]h)$/u.test(noun) ? 'es' : 's'}`;
}

/** Milliseconds between two ISO times; null when one of them is not known. */
export function between(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Date.parse(to) - Date.parse(from);
}

/** Milliseconds as minutes, to a hundredth. */
export function minutes(milliseconds: number | null): number | null {
  return milliseconds === null ? null : rounded(milliseconds / 60_000, 2);
}

/** A part of a whole, to a thousandth; null of nothing. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : rounded(part / whole, 3);
}

/** A figure with at most this many decimals. */
export function rounded<T extends number | null>(value: T, digits: number): T | number {
  return value === null ? value : Number(value.toFixed(digits));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
