const hourMs = 3_600_000;
/** Clocks differ. */
const toleranceMs = 300_000;

/**
 * When a limit ends, by the seconds since 1970 that an answer names. GitHub's limits are of an hour: a time beyond that is
 * not GitHub's, and counts as an hour from now.
 */
export function plausibleReset(named: string | number | undefined, now: Date): Date {
  const reset = Number(named ?? Number.NaN) * 1_000;
  const latest = now.getTime() + hourMs;
  const isPlausible = reset >= 0 && reset <= latest + toleranceMs;
  return new Date(isPlausible ? reset : latest);
}

/** How many seconds an answer asks to wait: an hour at most, and a minute where it names no time. */
export function plausibleWait(named: string | number | undefined): number {
  const seconds = Number(named);
  return seconds > 0 ? Math.min(seconds, hourMs / 1_000) : 60;
}
