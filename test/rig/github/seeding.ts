import { mergeWaiting } from './auto-merge.ts';
import { addChecks, type NewChecks } from './checks.ts';
import { addComment } from './comments.ts';
import { addLabel } from './ensure-labels.ts';
import { addIssue, setIssueState, type NewIssue } from './issues.ts';
import { commentsOf } from './issue-shape.ts';
import { advanceQueue } from './merge-queue.ts';
import { openPull, pullsOf } from './pulls.ts';
import { addRepository, type NewRepository } from './repositories.ts';
import { addReview, type NewReview } from './reviews.ts';
import { branchesOf } from './bare-repository.ts';
import {
  ensureUser,
  findRepository,
  fullName,
  type Comment,
  type Issue,
  type Label,
  type Protection,
  type Pull,
  type Repository,
  type Review,
  type User,
  type World,
} from './world.ts';

/** How a test sets the scene and looks at what came of it, past the interface. Repositories are `owner/name`. */
export type Seeding = {
  /** Makes a token; its user is made, too. A fine-grained token has `null` for scopes. */
  readonly token: (
    scopes: readonly string[] | null,
    login?: string,
    more?: {
      readonly isSsoAuthorized?: boolean;
      readonly isReadOnly?: boolean;
      readonly value?: string;
    },
  ) => string;
  /** A token of an app's installation, as Actions' own is; what it may is a repository's `permissions` by token. */
  readonly appToken: (app?: string) => string;
  readonly makeRepository: (
    params: Omit<NewRepository, 'owner' | 'parent'> & {
      readonly owner: string;
      readonly isOrganization?: boolean;
    },
  ) => Promise<SeededRepository>;
  /** The repository of that name, `owner/name`: a fork that a request made, for example. */
  readonly repository: (name: string) => SeededRepository;
};

/** One repository in the hands of a test. */
export type SeededRepository = {
  /** As `owner/name`. */
  readonly name: string;
  /** The bare repository, for git itself. */
  readonly directory: string;
  readonly gitUrl: string;
  /** Opens an issue, by the owner unless an author is named. */
  readonly issue: (params: Omit<NewIssue, 'author'> & { readonly author?: string }) => Issue;
  readonly comment: (issue: number, body: string, author?: string) => Comment;
  readonly label: (name: string, color?: string) => Label;
  /** Opens a pull request for a branch that is there. */
  readonly pull: (params: {
    readonly title: string;
    readonly head: string;
    readonly base?: string;
    readonly body?: string;
    readonly author?: string;
  }) => Promise<Pull>;
  readonly review: (
    pull: number,
    params: Omit<NewReview, 'author'> & { readonly author: string },
  ) => Review;
  /** Gives an issue another text, as its author does. */
  readonly edit: (issue: number, body: string) => void;
  readonly closeIssue: (issue: number) => void;
  /** Makes one issue the child of another, at once. */
  readonly link: (parent: number, child: number) => void;
  /** Lets the checks of a pull request's head, or of a commit, say something new; merges what waited for it. */
  readonly setChecks: (target: number | string, checks: NewChecks) => Promise<void>;
  /** Lets a branch change by pull requests alone. */
  readonly protect: (branch: string, rules?: Partial<Protection>) => void;
  /** Lets the merge queue come to a verdict on a pull request in it. */
  readonly advanceQueue: (pull: number, verdict: 'merged' | 'thrown-out') => Promise<void>;
  readonly archive: () => void;
  /** A setting that is off in every new repository on GitHub, and on here. */
  readonly letActionsOpenPulls: (may: boolean) => void;
  /** Issues alone, without pull requests, in the order of their numbers. */
  readonly issues: () => readonly Issue[];
  readonly pulls: () => readonly Pull[];
  readonly comments: (issue: number) => readonly Comment[];
  readonly labels: () => readonly string[];
  readonly branches: () => Promise<ReadonlyMap<string, string>>;
};

export function seedingOf(world: World): Seeding {
  return {
    token: (scopes, login = 'captain', more = {}) => {
      const user = ensureUser(world, login);
      const value =
        more.value ??
        `${scopes === null ? 'github_pat_' : 'ghp_'}${crypto.randomUUID().replaceAll('-', '')}`;
      world.tokens.set(value, {
        value,
        user,
        scopes,
        isSsoAuthorized: more.isSsoAuthorized ?? false,
        isReadOnly: more.isReadOnly ?? false,
        isOfApp: false,
      });
      return value;
    },
    appToken: (app = 'github-actions') => {
      const user = ensureUser(world, `${app}[bot]`, 'Bot');
      const value = `ghs_${crypto.randomUUID().replaceAll('-', '')}`;
      const rights = { scopes: null, isSsoAuthorized: true, isReadOnly: false, isOfApp: true };
      world.tokens.set(value, { value, user, ...rights });
      return value;
    },
    makeRepository: async ({ owner, isOrganization = false, ...params }) => {
      const user = ensureUser(world, owner, isOrganization ? 'Organization' : 'User');
      return seeded(world, await addRepository(world, { ...params, owner: user }));
    },
    repository: (name) => seededNamed(world, name),
  };
}

function seededNamed(world: World, name: string): SeededRepository {
  const [owner = '', repo = ''] = name.split('/');
  const repository = findRepository(world, owner, repo);
  if (repository === null) throw new Error(`The double has no repository ${name}`);
  return seeded(world, repository);
}

function seeded(world: World, repository: Repository): SeededRepository {
  const by = (login: string | undefined): User =>
    login === undefined ? repository.owner : ensureUser(world, login);
  const issueOf = (number: number): Issue => {
    const issue = repository.issues.get(number);
    if (issue === undefined) throw new Error(`${fullName(repository)} has no #${number}`);
    return issue;
  };
  const pullOf = (number: number): Pull => {
    const { pull } = issueOf(number);
    if (pull === null) throw new Error(`#${number} of ${fullName(repository)} is no pull request`);
    return pull;
  };
  return {
    name: fullName(repository),
    directory: repository.directory,
    gitUrl: `${world.web}/${fullName(repository)}.git`,
    issue: ({ author, ...params }) =>
      addIssue(world, repository, { ...params, author: by(author) }),
    comment: (issue, body, author) =>
      addComment(world, issueOf(issue), { body, author: by(author) }),
    label: (name, color = 'ededed') =>
      addLabel(world, repository, { name, color, description: null }),
    pull: ({ author, head, base, ...params }) =>
      openPull(world, repository, {
        ...params,
        author: by(author),
        head: { repository, ref: head },
        base: base ?? repository.defaultBranch,
      }),
    review: (pull, { author, ...params }) =>
      addReview(world, pullOf(pull), { ...params, author: by(author) }),
    link: (parent, child) => {
      issueOf(child).parent = issueOf(parent);
      issueOf(parent).children.push(issueOf(child));
    },
    setChecks: async (target, checks) => {
      const pull = typeof target === 'number' ? pullOf(target) : null;
      const sha = pull?.head.sha ?? String(target);
      addChecks(world, repository, { sha, branch: pull?.head.ref ?? null }, checks);
      await mergeWaiting(world, repository);
    },
    edit: (issue, body) => {
      Object.assign(issueOf(issue), { body, updatedAt: world.stamp() });
    },
    closeIssue: (issue) =>
      setIssueState(world, issueOf(issue), {
        state: 'closed',
        by: repository.owner,
        reason: 'completed',
      }),
    protect: (branch, rules = {}) =>
      void repository.protections.set(branch, {
        requiredChecks: [],
        requiredReviews: 0,
        isStrict: false,
        dismissesStaleReviews: false,
        ...rules,
      }),
    advanceQueue: (pull, verdict) => advanceQueue(world, pullOf(pull), verdict),
    archive: () => {
      repository.isArchived = true;
    },
    letActionsOpenPulls: (may) => {
      repository.actionsMayOpenPulls = may;
    },
    issues: () => [...repository.issues.values()].filter(({ pull }) => pull === null),
    pulls: () => pullsOf(repository),
    comments: (issue) => commentsOf(issueOf(issue)),
    labels: () => [...repository.labels.values()].map(({ name }) => name),
    branches: () => branchesOf(repository),
  };
}
