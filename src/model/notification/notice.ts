/** What people are notified about. */
export const noticeKinds = ['needs-person', 'stalled', 'failed', 'phase-done', 'run-done'] as const;

/**
 * `needs-person`: the run waits for somebody, or something is red after all fixes. `stalled`: an agent shows no sign of
 * life. `failed`: a task failed for good. `phase-done`, `run-done`: that is over, well or not.
 */
export type NoticeKind = (typeof noticeKinds)[number];

/** One thing that a person should know of a run. All texts are plain: nothing in them is obeyed by a terminal. */
export type Notice = {
  /** The same for the same thing about the same task of the same run: it is sent once. */
  readonly key: string;
  /** Never empty; the first says it best. One that failed after all fixes also needs a person. */
  readonly kinds: readonly NoticeKind[];
  /** Null: the run as a whole. */
  readonly task: number | null;
  /** One line. */
  readonly title: string;
  /** One line, or several where it sums up more than one notice. */
  readonly text: string;
  /** The page on the web to go to; null where there is none. */
  readonly link: string | null;
  /** What to type to see more. */
  readonly command: string;
  readonly run: string;
  /** As people write it: `local#3`. */
  readonly issue: string;
  /** ISO 8601. */
  readonly at: string;
};
