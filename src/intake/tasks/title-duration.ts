/** A stated time as people write it: `5min`, `~60 minutes`, `1.5 h`, `10-20 min`, `30m`. */
const SPAN = String.raw`(?:about |approx\.? |ca\.? )?[~≈]? ?(?:\d{1,4}(?:\.\d)? ?[-–] ?)?(?:\d{1,4}(?:\.\d)?) ?(?:h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?)`;
const ESTIMATE = String.raw`(?:(?:est(?:imate[ds]?|\.)?|effort|time)[ :]{0,2})?`;
const BEHIND_LABEL = new RegExp(
  `^[ \\t]*[([] ?${ESTIMATE}(${SPAN}) ?[)\\]][ \\t]*[:.–—-]?[ \\t]*`,
  'iu',
);
const BEFORE_TITLE = new RegExp(
  `^[ \\t]*${ESTIMATE}(${SPAN})(?::|[ \\t]*[–—]|[ \\t]+-)[ \\t]+`,
  'iu',
);
const IN_BRACKETS = new RegExp(` ?[([] ?${ESTIMATE}(${SPAN}) ?[)\\]]`, 'iu');
const AT_END = new RegExp(`(?:^|[:,–—]| -) ?${ESTIMATE}(${SPAN})(?= ?(?:\\([^()]*\\))?$)`, 'iu');
const ALONE = new RegExp(`^${ESTIMATE}${SPAN}(?: ?\\([^()]*\\))?$`, 'iu');

/** No title with a time in it is longer. */
const LONGEST = 500;

/** Whether a text is a time and nothing else. */
export function isDuration(text: string): boolean {
  return text.length < LONGEST && ALONE.test(text.trim());
}

/** A time before a title (`(5min) Create a.py`, `5min: Create a.py`), with the length of all that. */
export function durationBefore(
  text: string,
): { readonly duration: string; readonly length: number } | null {
  const head = text.slice(0, LONGEST);
  const found = BEHIND_LABEL.exec(head) ?? BEFORE_TITLE.exec(head);
  return found === null ? null : { duration: found[1]!.trim(), length: found[0].length };
}

/** A title (one line, single blanks) without the time that is stated in brackets or at its end. */
export function withoutDuration(title: string): {
  readonly title: string;
  readonly duration: string | null;
} {
  const found = title.length > LONGEST ? null : (IN_BRACKETS.exec(title) ?? AT_END.exec(title));
  if (found === null) return { title, duration: null };
  const rest = `${title.slice(0, found.index)}${title.slice(found.index + found[0].length)}`;
  return { title: rest.replace(/[\s:,–—-]+$/u, '').trim(), duration: found[1]!.trim() };
}
