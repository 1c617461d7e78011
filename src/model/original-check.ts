const suffix = ' (as the run began)';

/** What the results of a check are called that ran as it was when the run began. */
export function originalName(name: string): string {
  return `${name}${suffix}`;
}

/** Whether a result's name says that its check ran as it was when the run began. */
export function isOriginalName(name: string): boolean {
  return name.endsWith(suffix);
}

/** What to do about a check that fails only as it was when the run began. */
export const acceptAdvice =
  'merged work changed the checks; to let only the changed ones count: --accept-check-changes';
