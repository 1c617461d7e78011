import type { BaseTrouble } from './state/base-trouble.ts';
import type { IntakeHint } from './issue/issue.ts';

/** A place in the journal from which on it cannot be believed. */
export type JournalDamage = {
  readonly file: string;
  /** Null: it is not known whose events it is about. */
  readonly run: string | null;
  /** The event's sequence number; null when it is not known which one. */
  readonly seq: number | null;
  /** What is wrong, as the end of a sentence. */
  readonly why: string;
};

/** A task that an undo does not undo, and why. */
export type NotUndone = {
  readonly ordinal: number;
  /**
   * `undone`: the base has nothing of it. `gone`: it no longer has the commits. `unclear`: nobody can say which commits
   * they are.
   */
  readonly why: 'not-merged' | 'undone' | 'gone' | 'unclear';
  /** What it is instead of merged. */
  readonly status?: string;
  /** The pull request that undid it, where one is known. */
  readonly number?: number;
};

/** What a user can fix. Each problem has its data here; one place of the command line puts it into words and says what to do next. */
export type UserProblem =
  | { readonly code: 'usage'; readonly message: string }
  | { readonly code: 'no-repository'; readonly directory: string }
  /** Git trusts no repository of another user's, unless it was told to. */
  | { readonly code: 'foreign-repository'; readonly repository: string }
  | { readonly code: 'no-commits-yet'; readonly repository: string }
  | { readonly code: 'no-work-tree'; readonly repository: string }
  | { readonly code: 'git-missing' }
  | { readonly code: 'git-too-old'; readonly found: string; readonly needed: string }
  | { readonly code: 'no-base'; readonly branch: string; readonly repository: string }
  /** Branches of tasks are called `<branch>/…`, which git has no place for next to that branch. */
  | { readonly code: 'base-in-the-way'; readonly branch: string }
  | {
      readonly code: 'base-diverged';
      readonly branch: string;
      readonly mine: string;
      readonly theirs: string;
      /** Whether history breaks off before it is clear that one contains the other. */
      readonly isShallow: boolean;
      /** The merged commits that a rewritten branch lacks; empty: it was not rewritten, and a merge joins both. */
      readonly pick: readonly string[];
      /** Whether both have no commit in common. */
      readonly isUnrelated: boolean;
    }
  | {
      /** Nobody agreed to have agents work on a base that is not ready. */
      readonly code: 'base-refused';
      readonly branch: string;
      readonly sha: string;
      readonly troubles: readonly BaseTrouble[];
    }
  | {
      readonly code: 'issue-unreadable';
      readonly path: string;
      readonly why: string;
      /** The question whether another file was meant; none where no name is near. */
      readonly meant?: readonly string[];
    }
  | { readonly code: 'issue-unknown'; readonly issue: string }
  | {
      readonly code: 'no-sub-tasks' | 'issue-too-large';
      readonly source: string;
      readonly hints: readonly IntakeHint[];
    }
  | {
      /** Of an issue, whose checked items are no tasks; or of a run, whatever became of them. */
      readonly code: 'no-such-task' | 'no-such-task-in-run';
      readonly ordinals: readonly number[];
      readonly known: readonly number[];
    }
  | {
      readonly code: 'no-such-question';
      readonly question: number;
      /** Those that wait. */
      readonly known: readonly number[];
    }
  | { readonly code: 'answer-unfit'; readonly why: 'empty' | 'long' }
  | {
      /** A task that has begun, or is over. */
      readonly code: 'cannot-skip';
      readonly source: string;
      readonly ordinal: number;
      readonly status: string;
      /** Its open pull request, when that is with its agent again. */
      readonly pullRequest: number | null;
      readonly isAtWork: boolean;
    }
  | {
      /** Nothing of these tasks can be taken back; of none, where the run has merged nothing. */
      readonly code: 'cannot-undo';
      readonly branch: string;
      readonly tasks: readonly NotUndone[];
    }
  | {
      /** Later work changed what a commit had changed, so that it cannot be reverted. */
      readonly code: 'undo-conflicts';
      /** As a command line names it. */
      readonly issue: string;
      readonly branch: string;
      /** The tasks that are undone together; and the one with the commit. */
      readonly tasks: readonly number[];
      readonly ordinal: number;
      readonly sha: string;
      readonly subject: string;
      readonly isMerge: boolean;
      readonly files: readonly string[];
      readonly later: {
        readonly tasks: readonly number[];
        readonly commits: readonly { readonly sha: string; readonly subject: string }[];
      };
    }
  | {
      /** A run that has not planned its tasks yet. */
      readonly code: 'nothing-planned';
      readonly run: string;
      readonly source: string;
    }
  | {
      /** An item was reworded where another one is new, or gone. */
      readonly code: 'items-unclear';
      readonly source: string;
    }
  | {
      /** A session that no person can work in. */
      readonly code: 'cannot-attach';
      readonly source: string;
      readonly ordinal: number;
      readonly status: string;
      readonly agent: string | null;
      readonly why: 'not-begun' | 'no-session' | 'no-program' | 'no-workspace' | 'published';
    }
  | {
      /** Somebody else works in it, or waits for it. */
      readonly code: 'attached-already';
      readonly ordinal: number;
      readonly by: string;
      readonly pid: number;
      /** ISO 8601. */
      readonly since: string;
    }
  | { readonly code: 'no-terminal'; readonly command: string }
  | {
      readonly code: 'plan-refused';
      readonly reasons: readonly string[];
      /** What the plan holds against it first: order, files that several tasks change, or something else. */
      readonly why: 'dependencies' | 'collisions' | 'other';
    }
  | { readonly code: 'plan-warned'; readonly warnings: readonly string[] }
  | {
      readonly code: 'issue-edited';
      readonly issue: string;
      readonly shifted: readonly {
        readonly ordinal: number;
        readonly was: string;
        readonly is: string | null;
      }[];
    }
  /** Somebody asked for a run who may not write to the repository. */
  | {
      readonly code: 'request-refused';
      readonly login: string;
      readonly repository: string;
      readonly permission: string;
    }
  | {
      readonly code: 'text-not-approved';
      readonly issue: string;
      readonly why: 'edited' | 'not-in-event';
    }
  | { readonly code: 'interrupted' }
  | { readonly code: 'no-proposal'; readonly why: string }
  | {
      readonly code: 'run-busy';
      readonly run: string;
      readonly pid: number;
      /** The approvals that it waits for before it merges; left out when it waits for none. */
      readonly unapproved?: string;
    }
  /** Another machine works on it. The times are the forge's, ISO 8601. */
  | {
      readonly code: 'issue-claimed';
      readonly issue: string;
      readonly host: string;
      readonly since: string;
      readonly renewed: string;
      readonly expires: string;
    }
  /** Another machine has taken the issue over; null where it has ended since. */
  | { readonly code: 'claim-lost'; readonly issue: string; readonly host: string | null }
  /** Other machines came and went while it was read, again and again. */
  | { readonly code: 'issue-contended'; readonly issue: string }
  | {
      readonly code: 'is-sub-issue';
      readonly issue: string;
      readonly master: string;
      readonly ordinal: number;
    }
  | {
      readonly code: 'run-unknown';
      readonly issue: string | null;
      /** The question whether another issue was meant. */
      readonly meant?: readonly string[];
    }
  | { readonly code: 'agent-unknown'; readonly agent: string; readonly known: readonly string[] }
  | {
      /** Its provider was asked, and refuses what signs it in. */
      readonly code: 'agent-refused';
      readonly agent: string;
      readonly why: string;
      readonly fix: string;
    }
  | {
      readonly code: 'agent-missing';
      readonly agent: string;
      readonly program: string;
      readonly fix: string;
    }
  /** The repository's configuration asks for what takes the user's trust; each line is one such thing, in words. */
  | { readonly code: 'config-untrusted'; readonly file: string; readonly asks: readonly string[] }
  /** A folder of ours in the repository is a symbolic link to somewhere else. */
  | { readonly code: 'link-leads-out'; readonly link: string; readonly target: string }
  | { readonly code: 'config-invalid'; readonly file: string; readonly problems: readonly string[] }
  | {
      readonly code: 'journal-newer';
      readonly file: string;
      readonly version: number;
      readonly known: number;
    }
  | ({ readonly code: 'journal-damaged' } & JournalDamage)
  | { readonly code: 'journal-corrupt'; readonly file: string; readonly why: string }
  /** It cannot be replaced while an orchestrator writes to it. */
  | { readonly code: 'journal-in-use'; readonly pid: number }
  | { readonly code: 'holds-damaged'; readonly file: string; readonly why: string }
  | { readonly code: 'no-sandbox'; readonly why: string }
  | { readonly code: 'disk-full'; readonly where: string }
  | { readonly code: 'state-unwritable'; readonly file: string; readonly why: string }
  /** Contents that a partial clone has left out could not be fetched. */
  | {
      readonly code: 'partial-clone';
      readonly missing: number;
      readonly remote: string;
      readonly why: string;
    }
  | { readonly code: 'no-resources'; readonly reasons: readonly string[] }
  | { readonly code: 'demo-folder-taken'; readonly directory: string }
  /** Its words are those of `forgeAdvice`. */
  | { readonly code: 'forge'; readonly message: string; readonly next: readonly string[] };

/** Carries a problem to the one place that renders it. Anything else that is thrown is a bug. */
export class UserError extends Error {
  readonly problem: UserProblem;

  constructor(problem: UserProblem) {
    super(problem.code);
    this.name = 'UserError';
    this.problem = problem;
  }
}
