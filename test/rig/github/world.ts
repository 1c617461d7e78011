import type { HubEvents } from './hub-events.ts';

/** All that the double knows. Handlers change it in place, as a database would be. */
export type World = {
  /** Base of the web pages and of git, as `http://127.0.0.1:40123`. */
  readonly web: string;
  /** Base of the REST interface. */
  readonly api: string;
  /** Where the bare repositories lie, as `<owner>/<name>.git`. */
  readonly directory: string;
  readonly users: Map<string, User>;
  readonly tokens: Map<string, Token>;
  /** By `owner/name` in lower case. */
  readonly repositories: Map<string, Repository>;
  readonly events: HubEvents;
  /** Texts of finished jobs, by job. */
  readonly logs: Map<number, string>;
  /** How long it takes to link a sub-issue: two at once at one parent collide. */
  readonly linking: () => Promise<void>;
  readonly stamp: () => string;
  /** Ids are never the numbers that people see. */
  readonly nextId: () => number;
};

export type User = {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
};

export type Token = {
  readonly value: string;
  readonly user: User;
  /** `null` for a fine-grained token, which has permissions instead. */
  readonly scopes: readonly string[] | null;
  readonly isSsoAuthorized: boolean;
  readonly isReadOnly: boolean;
  /** An app's installation: it may push and write where it is installed, forks nothing, and is no user. */
  readonly isOfApp: boolean;
};

export type Permission = 'none' | 'read' | 'triage' | 'write' | 'admin';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export type Repository = {
  readonly id: number;
  readonly owner: User;
  readonly name: string;
  readonly directory: string;
  readonly isPrivate: boolean;
  isArchived: boolean;
  readonly requiresSso: boolean;
  readonly defaultBranch: string;
  readonly mergeMethods: readonly MergeMethod[];
  readonly allowsAutoMerge: boolean;
  readonly deletesMergedBranches: boolean;
  /** Off in every new repository on GitHub: then Actions' own token opens no pull requests. */
  actionsMayOpenPulls: boolean;
  /** Whether its default branch is changed by a merge queue alone. */
  readonly usesMergeQueue: boolean;
  /** By login, or by a token's value, which goes before its login. */
  readonly permissions: ReadonlyMap<string, Permission>;
  readonly parent: Repository | null;
  readonly createdAt: string;
  pushedAt: string;
  lastNumber: number;
  readonly issues: Map<number, Issue>;
  readonly comments: Map<number, Comment>;
  /** By name in lower case. */
  readonly labels: Map<string, Label>;
  readonly protections: Map<string, Protection>;
  readonly statuses: CommitStatus[];
  readonly checkRuns: CheckRun[];
  readonly workflowRuns: WorkflowRun[];
  /** The end of the queue of those who change its refs. */
  queue: Promise<unknown>;
};

export type Label = {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
};

export type Protection = {
  readonly requiredChecks: readonly string[];
  readonly requiredReviews: number;
  readonly isStrict: boolean;
  /** Whether an approval ends when what it was given for changes. */
  readonly dismissesStaleReviews: boolean;
};

/** What issues and pull requests have in common: every pull request is an issue, too. */
export type Issue = {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  title: string;
  body: string | null;
  readonly author: User;
  labels: Label[];
  assignees: User[];
  state: 'open' | 'closed';
  stateReason: string | null;
  isLocked: boolean;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: User | null;
  parent: Issue | null;
  isLinkingChild: boolean;
  readonly children: Issue[];
  readonly blockedBy: Issue[];
  pull: Pull | null;
};

export type Comment = {
  readonly id: number;
  readonly issue: Issue;
  readonly author: User;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
};

export type Pull = {
  readonly id: number;
  readonly issue: Issue;
  readonly head: { repository: Repository; readonly ref: string; sha: string };
  readonly base: { ref: string; sha: string };
  isDraft: boolean;
  mergedAt: string | null;
  mergedBy: User | null;
  mergeCommit: string | null;
  readonly reviews: Review[];
  reviewers: User[];
  autoMerge: { readonly by: User; readonly method: MergeMethod } | null;
  /** Its place in the merge queue; null while it is in none. */
  queued: { readonly by: User; readonly position: number } | null;
  mergeability: Mergeability | null;
};

/** What git said of one pair of commits; `isMergeable` is `null` while it is being found out. */
export type Mergeability = {
  readonly base: string;
  readonly head: string;
  isMergeable: boolean | null;
  isBehind: boolean;
};

export type Review = {
  readonly id: number;
  readonly author: User;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  readonly body: string;
  readonly commit: string;
  readonly submittedAt: string;
  readonly comments: readonly ReviewComment[];
};

export type ReviewComment = {
  readonly id: number;
  readonly path: string;
  readonly line: number;
  readonly body: string;
  /** Whether somebody settled the thread that it began. */
  readonly isResolved?: boolean;
};

export type CommitStatus = {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly createdAt: string;
};

export type CheckRun = {
  /** Also the id of the job that it is. */
  readonly id: number;
  readonly sha: string;
  readonly name: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion: CheckConclusion | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly run: WorkflowRun;
};

export type CheckConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required';

export type WorkflowRun = {
  readonly id: number;
  readonly number: number;
  readonly sha: string;
  readonly branch: string | null;
  readonly suite: number;
  readonly createdAt: string;
};

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

/** Finds a repository whatever the case of its name. */
export function findRepository(world: World, owner: string, name: string): Repository | null {
  return world.repositories.get(`${owner}/${name}`.toLowerCase()) ?? null;
}

/** The user of that name, made when there is none. */
export function ensureUser(world: World, login: string, type: User['type'] = 'User'): User {
  const found = world.users.get(login.toLowerCase());
  if (found !== undefined) return found;
  const user = { id: world.nextId(), login, type };
  world.users.set(login.toLowerCase(), user);
  return user;
}

/** The opaque id that GraphQL knows a thing by. */
export function nodeId(kind: string, id: number): string {
  return `${kind}_kwDO${Buffer.from(`${kind}:${id}`).toString('base64url')}`;
}
