/** Where a master issue lives. On the local forge its number counts that repository's own items. */
export type IssueRef =
  | { readonly forge: 'local'; readonly number: number }
  | {
      readonly forge: 'github';
      readonly owner: string;
      readonly repo: string;
      readonly number: number;
    };

/** A closed range of lines in the issue's Markdown; the first line is 1. */
export type SourceLines = { readonly start: number; readonly end: number };

/** One piece of work for one agent, as the issue's author wrote it. */
export type SubTask = {
  /** Its place among all items of the issue, checked ones included; the first is 1. */
  readonly ordinal: number;
  /** One line of plain text. Untrusted: it may hold anything but a line break. */
  readonly title: string;
  /** The rest of the author's text as Markdown, without its criteria; empty when there is none. */
  readonly description: string;
  /** What must hold when the work is done: its own criteria, not the issue's global ones. */
  readonly acceptance: readonly string[];
  /** Ordinals of the tasks that its author says come before it (`after task 2`). */
  readonly after: readonly number[];
  /** Numbers of issues that its author says come before it (`depends on #12`). */
  readonly afterIssues: readonly number[];
  /** The existing issue that the item refers to, in place of its title or before it (`- [ ] #20`); null: none. */
  readonly reference: IssueReference | null;
  /** The number of the phase it belongs to; the first is 1. */
  readonly phase: number;
  readonly lines: SourceLines;
};

/** An issue as a text names it; without owner and repo it is one of the same repository. */
export type IssueReference = {
  readonly owner: string | null;
  readonly repo: string | null;
  readonly number: number;
};

/** An item that asks for no work. */
export type SkippedItem = {
  readonly ordinal: number;
  readonly title: string;
  readonly reason: 'checked';
};

/** A piece of the issue's text as its readers see it, for what is said between the tasks and across them. */
export type Passage = {
  /** The ordinal of the task that it belongs to; null: the prose around the tasks. */
  readonly task: number | null;
  /** The ordinal of the last item above it; 0: none. */
  readonly above: number;
  readonly text: string;
  /** The author's line of each line of the text; where there are fewer, the last one counts. */
  readonly lines: readonly number[];
};

/** That one task comes after another, as somebody who reads the issue understands it. */
export type StatedParams = {
  /** The one that comes later. */
  readonly task: number;
  /** The one that comes first. */
  readonly on: number;
  /** Whether the author orders them, or it follows from what a task says that it needs. */
  readonly how: 'said' | 'implied';
  /** The sentence or clause that it was read from. */
  readonly words: string;
  /** The author's line of these words. */
  readonly line: number;
};

/** A barrier in the issue: the tasks of one phase start when those of the phase before are merged. */
export type Phase = {
  readonly number: number;
  /** Empty when the issue names no phases. */
  readonly title: string;
  readonly mode: 'parallel' | 'sequential';
};

/** A master issue, read. */
export type MasterIssue = {
  readonly title: string;
  readonly phases: readonly Phase[];
  /** The open tasks, in the order in which they were written. */
  readonly tasks: readonly SubTask[];
  readonly skipped: readonly SkippedItem[];
  /** Criteria that hold for every task. */
  readonly acceptance: readonly string[];
  /** The prose around the tasks (its lead paragraphs), as Markdown: background for the agents. */
  readonly context: string;
  /** All that the issue says, in pieces that know their lines; left out when the issue was not read from Markdown. */
  readonly passages?: readonly Passage[];
  /** Which tasks come after which, as far as the words say. */
  readonly orders?: readonly StatedParams[];
};

/** A place where the reader of a malformed issue should look. */
export type IntakeHint = {
  /** 1-based. */
  readonly line: number;
  readonly message: string;
};

/**
 * No task was found in an issue, and the hints name lines that look as if they were meant as one; or it is too large to
 * be read or planned, and the hint names the line from which on it is.
 */
export type ParseFailure = {
  readonly code: 'no-sub-tasks' | 'issue-too-large';
  readonly hints: readonly IntakeHint[];
};

/** How people write the reference: `local#3`, `owner/repo#3`. */
export function displayIssue(ref: IssueRef): string {
  return ref.forge === 'local' ? `local#${ref.number}` : `${ref.owner}/${ref.repo}#${ref.number}`;
}

/** The reference as it appears in paths and run ids: the number on GitHub, `local-3` on the local forge. */
export function issueKey(ref: IssueRef): string {
  return ref.forge === 'local' ? `local-${ref.number}` : String(ref.number);
}
