import type { RunState } from '../../model/state/run-state.ts';

/** Something that Flotilla left on the disk, with what cleaning may do to it and why. */
export type Candidate = {
  readonly kind: 'workspace' | 'trash' | 'temporary' | 'cache' | 'logs' | 'draft' | 'repository';
  /** With symbolic links resolved. */
  readonly path: string;
  /** `now`: when the user says yes; `all`: when the user asks for kept things, too; `never`: not while this holds. */
  readonly when: 'now' | 'all' | 'never';
  /** For people: why it is safe to remove, or why it is kept. */
  readonly why: string;
  readonly owner: Owner | null;
  /** The commit of a workspace that is known to be safe, and in which branch; null when nothing is. */
  readonly safe: { readonly commit: string; readonly ref: string } | null;
  /** Whether nobody ever worked there, so that uncommitted files are only what checks made. */
  readonly isNobodysWork: boolean;
};

/** The owner of something: a run's, and there a task's or the base check's, or the whole run's. */
export type Owner = { readonly run: string; readonly task: number | 'base' | null };

/** A run as cleaning sees it. */
export type KnownRun = {
  readonly state: RunState;
  /** The task of each workspace that the run ever had, by the name of its directory. */
  readonly workspaces: ReadonlyMap<string, number>;
  /** Milliseconds since the epoch. */
  readonly lastEventAt: number;
  /** Whether an orchestrator works on it. */
  readonly isBusy: boolean;
};

/** What is known about a workspace when it is judged. */
export type WorkspaceFacts = {
  readonly owner: Owner | null;
  /** The task in its run as it stands; null when the run, or the run's plan, no longer has it. */
  readonly status: RunState['tasks'][number]['status'] | null;
  /** Whether the run would continue in this very directory. */
  readonly isCurrent: boolean;
  /** The branch of a remote that holds the task's pushed work; null when none was found. */
  readonly pushedAs: string | null;
  /** Whether the journal of its run is damaged, so that nobody knows how it stands. */
  readonly isRunDamaged?: boolean;
  readonly isRunBusy: boolean;
  /** The pid of its live agent, or of a process that works in it. */
  readonly user: number | null;
  readonly innerRepository: string | null;
};

/** What cleaning may do to a workspace. */
export type WorkspaceVerdict = Pick<Candidate, 'when' | 'why'>;

const salvaged = 'its whole tree goes to a salvage ref first';

/** Decides about a workspace: nothing that lives or whose work would be lost is ever removed. */
export function judgeWorkspace(facts: WorkspaceFacts): WorkspaceVerdict {
  if (facts.user !== null) return never(`in use by process ${facts.user}`);
  if (facts.isRunBusy) return never('its run is being worked on');
  if (facts.isRunDamaged) return never('the journal of its run is damaged');
  if (facts.innerRepository !== null)
    return never(
      `holds a repository of its own, ${facts.innerRepository}, whose commits may be nowhere else`,
    );
  if (facts.owner === null) return now(`no run knows it; ${salvaged}`);
  if (facts.owner.task === 'base') return now('left by a check; nobody worked there');
  if (facts.status === null) return all(`its task is no longer in the issue; ${salvaged}`);
  if (!facts.isCurrent) return now(`its task was started again elsewhere; ${salvaged}`);
  switch (facts.status) {
    case 'completed':
    case 'merged':
      return facts.pushedAs === null
        ? now(`${facts.status}; its branch was not found on the forge, so ${salvaged}`)
        : now(
            `${facts.status} and pushed as ${facts.pushedAs}; what is not committed goes to a salvage ref first`,
          );
    case 'failed':
    case 'cancelled':
    case 'skipped':
    case 'blocked':
      return all(`${facts.status}; kept for inspection and for --retry; ${salvaged}`);
    case 'queued':
    case 'running':
      return all(`not done; starting its issue again continues here; ${salvaged}`);
  }
}

function now(why: string): WorkspaceVerdict {
  return { when: 'now', why };
}

function all(why: string): WorkspaceVerdict {
  return { when: 'all', why };
}

function never(why: string): WorkspaceVerdict {
  return { when: 'never', why };
}
